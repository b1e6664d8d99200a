using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Optimizers;

/// <summary>
/// Moves a matrix close to the nearest orthogonal matrix by products alone: the odd polynomial a x + b x^3 + c x^5 moves every singular
/// value toward 1. All memory is allocated on construction.
/// </summary>
internal sealed class NewtonSchulz
{
    // Terms below this part of the rest do not change a float.
    private const double Negligible = 1.0 / (1 << 30);

    private readonly AlignedBuffer[] _matrices;
    private readonly AlignedBuffer _gram;
    private readonly AlignedBuffer _gramUpdate;

    public NewtonSchulz(IEnumerable<(int Rows, int Columns)> shapes)
    {
        int length = 0, side = 0;
        foreach ((int rows, int columns) in shapes)
        {
            length = Math.Max(length, rows * columns);
            side = Math.Max(side, Math.Min(rows, columns));
        }

        if ((long)side * side > AlignedBuffer.MaxLength)
            throw new ArgumentException($"The shorter side of a matrix is {side}; its square must fit in one array.", nameof(shapes));
        _matrices = [new AlignedBuffer(length, place: 3), new AlignedBuffer(length, place: 4)];
        _gram = new AlignedBuffer(side * side);
        _gramUpdate = new AlignedBuffer(side * side);
    }

    /// <summary>The memory that receives the matrix, in row-major order, before <see cref="Run"/>.</summary>
    public Span<float> Start(int length) => _matrices[0].Span[..length];

    /// <summary>Iterates, and returns the result in row-major order, valid until the next call.</summary>
    public ReadOnlySpan<float> Run(
        int rows, int columns, NewtonSchulzCoefficients coefficients, int steps, double epsilon, Workers? workers)
    {
        Span<float> current = _matrices[0].Span[..(rows * columns)];
        Span<float> next = _matrices[1].Span[..(rows * columns)];
        int side = Math.Min(rows, columns);
        Span<float> gram = _gram.Span[..(side * side)];
        Span<float> gramUpdate = _gramUpdate.Span[..(side * side)];

        double norm = Math.Sqrt(Reduction.SquaredNorm(current, workers));
        double divisor = Math.Max(norm, epsilon);
        if (divisor == 0)
            return current;
        Divide(current, divisor, workers);

        double size = norm / divisor;
        double growth = Math.Abs(coefficients.A);
        double others = Math.Abs(coefficients.B) + Math.Abs(coefficients.C);
        for (int step = 0; step < steps; step++)
        {
            if (size * size * others < growth * Negligible)
            {
                Map.Run(new Product((float)coefficients.A), current, current, workers);
                size *= growth;
                continue;
            }

            size = 1;
            // The shorter side first; a transpose is only a view.
            MatrixSpan x = Wide(current, rows, columns);
            SymmetricProduct.Multiply(x, x.Transposed, Square(gram, side), workers);
            SymmetricProduct.Multiply(Square(gram, side), Square(gram, side), Square(gramUpdate, side), workers);
            Map.Run(new Combination(coefficients.B, coefficients.C), gram, gramUpdate, gramUpdate, workers);
            MatrixProduct.Multiply(Square(gramUpdate, side), x, Wide(next, rows, columns), workers);
            Combine.AddScaled(next, coefficients.A, current, workers);
            Span<float> last = current;
            current = next;
            next = last;
        }

        return current;
    }

    // A divisor beyond the floats, or where they are coarse, is brought into their middle with what it divides; a power of 2 is exact.
    private static void Divide(Span<float> matrix, double divisor, Workers? workers)
    {
        int exponent = Math.ILogB(divisor);
        if (double.IsFinite(divisor) && Math.Abs(exponent) > 100)
        {
            float power = MathF.ScaleB(1, -exponent / 2);
            Map.Run(new Product(power), matrix, matrix, workers);
            divisor *= power;
        }

        Map.Run(new Quotient((float)divisor), matrix, matrix, workers);
    }

    private static MatrixSpan Square(Span<float> elements, int side) => new(elements, side, side);

    private static MatrixSpan Wide(Span<float> elements, int rows, int columns)
    {
        var matrix = new MatrixSpan(elements, rows, columns);
        return rows <= columns ? matrix : matrix.Transposed;
    }

    private readonly struct Product(float factor) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value * TFloat.Splat(factor);
    }

    private readonly struct Quotient(float divisor) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value / TFloat.Splat(divisor);
    }

    /// <summary>b * left + c * right.</summary>
    private readonly struct Combination(double b, double c) : IBinaryFunction
    {
        private readonly float _b = (float)b;
        private readonly float _c = (float)c;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.FusedMultiplyAdd(TFloat.Splat(_c), right, TFloat.Splat(_b) * left);
    }
}
