using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>
/// The last changes of the point (s) and of the gradient (y), of which L-BFGS makes its inverse Hessian. Allocates everything on
/// construction: for n variables and a memory of k, 16 n k bytes.
/// </summary>
internal sealed class LbfgsPairs
{
    private readonly double[][] _steps;
    private readonly double[][] _changes;
    private readonly double[] _reciprocals;
    private readonly double[] _shares;
    private int _length;
    private int _oldest;

    public LbfgsPairs(int length, int capacity)
    {
        _length = length;
        _steps = NewVectors();
        _changes = NewVectors();
        _reciprocals = new double[capacity];
        _shares = new double[capacity];

        // Not cleared, so that memory for pairs that never come is never touched.
        double[][] NewVectors() => [.. Enumerable.Range(0, capacity).Select(_ => GC.AllocateUninitializedArray<double>(length))];
    }

    /// <summary>How many pairs are remembered at most.</summary>
    public int Capacity => _steps.Length;

    /// <summary>How many pairs are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>The inverse Hessian that the pairs correct, as a multiple of the identity: y·s / y·y of the newest pair.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>Forgets the pairs and starts from another scale, and from another number of variables up to the first one.</summary>
    public void Restart(int length, double scale)
    {
        (_length, Scale) = (length, scale);
        Count = _oldest = 0;
    }

    /// <summary>Takes over pairs that were written into <see cref="StepMemory"/> and <see cref="ChangeMemory"/>.</summary>
    public void Restore(int length, double scale, ReadOnlySpan<double> reciprocals)
    {
        // The oldest pair stays where it is: the memory was written from there on.
        (_length, Scale, Count) = (length, scale, reciprocals.Length);
        for (int pair = 0; pair < reciprocals.Length; pair++)
            _reciprocals[At(pair)] = reciprocals[pair];
    }

    /// <summary>The change of the point of a pair; number 0 is the oldest.</summary>
    public ReadOnlySpan<double> Step(int pair) => _steps[At(pair)].AsSpan(0, _length);

    /// <summary>The change of the gradient of a pair.</summary>
    public ReadOnlySpan<double> Change(int pair) => _changes[At(pair)].AsSpan(0, _length);

    /// <summary>1 / y·s of a pair.</summary>
    public double Reciprocal(int pair) => _reciprocals[At(pair)];

    /// <summary>The memory of a pair's step.</summary>
    public double[] StepMemory(int pair) => _steps[At(pair)];

    /// <summary>The memory of a pair's change of the gradient.</summary>
    public double[] ChangeMemory(int pair) => _changes[At(pair)];

    /// <summary>Stores a pair, replacing the oldest one if there is no room.</summary>
    /// <param name="change">y.</param>
    /// <param name="step">s.</param>
    /// <param name="curvature">y·s, above 0.</param>
    /// <param name="square">y·y.</param>
    public void Remember(ReadOnlySpan<double> change, ReadOnlySpan<double> step, double curvature, double square)
    {
        int at = At(Count);
        if (Count == _steps.Length)
            _oldest = (_oldest + 1) % _steps.Length;
        else
            Count++;
        change.CopyTo(_changes[at]);
        step.CopyTo(_steps[at]);
        _reciprocals[at] = 1 / curvature;
        Scale = curvature / square;
    }

    /// <summary>Multiplies a vector by the inverse Hessian: the two loops, newest pair to oldest, and back.</summary>
    public void Multiply(Span<double> vector)
    {
        for (int pair = Count - 1; pair >= 0; pair--)
        {
            int at = At(pair);
            _shares[at] = DoubleVector.Dot(Step(pair), vector) * _reciprocals[at];
            DoubleVector.Move(vector, -_shares[at], Change(pair), vector);
        }

        TensorPrimitives.Multiply(vector, Scale, vector);
        for (int pair = 0; pair < Count; pair++)
        {
            int at = At(pair);
            double share = DoubleVector.Dot(Change(pair), vector) * _reciprocals[at];
            DoubleVector.Move(vector, _shares[at] - share, Step(pair), vector);
        }
    }

    private int At(int pair) => (_oldest + pair) % _steps.Length;
}
