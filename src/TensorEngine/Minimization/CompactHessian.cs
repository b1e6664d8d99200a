namespace TensorEngine.Minimization;

/// <summary>
/// The Hessian that the pairs stand for, in the compact form of L-BFGS-B.
/// <code>
/// B = theta I - W M W',   W = [Y  theta S],   M = inverse of [-D  L'; L  theta S'S]
/// theta = y·y / y·s of the newest pair,   D and L the diagonal and the strict lower triangle of S'Y
/// </code>
/// Vectors of 2 k numbers have the part of Y first. All memory is allocated on construction.
/// Source: Byrd, Nocedal and Schnabel, Representations of quasi-Newton matrices and their use in limited memory methods, 1994.
/// </summary>
internal sealed class CompactHessian
{
    private readonly LbfgsPairs _pairs;
    private readonly int _capacity;
    private readonly double[] _stepsByChanges;
    private readonly double[] _stepsBySteps;
    private readonly double[] _balance;
    private readonly LuDecomposition _middle;
    private int _known;

    public CompactHessian(LbfgsPairs pairs)
    {
        (_pairs, _capacity) = (pairs, pairs.Capacity);
        _stepsByChanges = new double[_capacity * _capacity];
        _stepsBySteps = new double[_capacity * _capacity];
        _balance = new double[2 * _capacity];
        _middle = new LuDecomposition(2 * _capacity);
    }

    /// <summary>The multiple of the identity that the pairs correct.</summary>
    public double Theta { get; private set; }

    /// <summary>2 k, for k pairs; 0 if the pairs were discarded or are too similar to distinguish.</summary>
    public int Size { get; private set; }

    /// <summary>Adds the newest pair.</summary>
    public void Notice()
    {
        int newest = _pairs.Count - 1;
        if (newest == 0)
            _known = 0;
        if (_known == _capacity)
            DropOldest();
        for (int other = 0; other <= newest; other++)
        {
            _stepsByChanges[newest * _capacity + other] = DoubleVector.Dot(_pairs.Step(newest), _pairs.Change(other));
            double product = DoubleVector.Dot(_pairs.Step(newest), _pairs.Step(other));
            _stepsBySteps[newest * _capacity + other] = _stepsBySteps[other * _capacity + newest] = product;
        }

        _known = newest + 1;
    }

    /// <summary>Makes the middle matrix of the pairs as they are.</summary>
    public void Update()
    {
        int k = _pairs.Count;
        Theta = 1 / _pairs.Scale;
        Size = 2 * k;
        for (int i = 0; i < k; i++)
        {
            _balance[i] = 1 / Math.Sqrt(_stepsByChanges[i * _capacity + i]);
            _balance[k + i] = 1 / Math.Sqrt(Theta * _stepsBySteps[i * _capacity + i]);
        }

        Span<double> middle = _middle.Elements(Size);
        middle.Clear();
        for (int i = 0; i < k; i++)
        {
            middle[i * Size + i] = -1;
            for (int j = 0; j < k; j++)
            {
                middle[(k + i) * Size + k + j] = Theta * _stepsBySteps[i * _capacity + j] * _balance[k + i] * _balance[k + j];
                if (i > j)
                {
                    double below = _stepsByChanges[i * _capacity + j] * _balance[k + i] * _balance[j];
                    middle[(k + i) * Size + j] = middle[j * Size + k + i] = below;
                }
            }
        }

        if (Size > 0 && !_middle.Decompose(Size))
            Size = 0;
    }

    /// <summary>A row of W.</summary>
    public void Row(int variable, Span<double> row)
    {
        int k = Size / 2;
        for (int pair = 0; pair < k; pair++)
        {
            row[pair] = _pairs.Change(pair)[variable];
            row[k + pair] = Theta * _pairs.Step(pair)[variable];
        }
    }

    /// <summary>W' times a vector.</summary>
    public void Project(ReadOnlySpan<double> vector, Span<double> result)
    {
        int k = Size / 2;
        for (int pair = 0; pair < k; pair++)
        {
            result[pair] = DoubleVector.Dot(_pairs.Change(pair), vector);
            result[k + pair] = Theta * DoubleVector.Dot(_pairs.Step(pair), vector);
        }
    }

    /// <summary>M times a vector, in place.</summary>
    public void MultiplyMiddle(Span<double> vector)
    {
        for (int i = 0; i < Size; i++)
            vector[i] *= _balance[i];
        _middle.Solve(vector);
        for (int i = 0; i < Size; i++)
            vector[i] *= _balance[i];
    }

    private void DropOldest()
    {
        for (int i = 1; i < _capacity; i++)
        {
            for (int j = 1; j < _capacity; j++)
            {
                _stepsByChanges[(i - 1) * _capacity + j - 1] = _stepsByChanges[i * _capacity + j];
                _stepsBySteps[(i - 1) * _capacity + j - 1] = _stepsBySteps[i * _capacity + j];
            }
        }
    }
}
