using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Functions;

/// <content>The functions over spans.</content>
public static partial class Elementary
{
    private const int CircularBlock = 256;
    private const double CircularNanoseconds = 0.5;

    /// <summary>
    /// output = e^input for every float: 0 below -104, infinity above 88.73, denormal results rounded, NaN for NaN.
    /// Error at most 1.02 ULP.
    /// </summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    public static void Exp(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(ExpFunction), input, output, workers);

    /// <summary>
    /// output = the natural logarithm of input, for every float: NaN below 0, -infinity at 0, denormals included, NaN for NaN.
    /// Error at most 0.81 ULP.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float}, Workers?)"/>
    public static void Log(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(LogFunction), input, output, workers);

    /// <summary>
    /// output = the sine of input radians, for every float: NaN for infinities and NaN. Error at most 1.5 ULP.
    /// Beyond 131072, where an element takes about a hundred times as long, the result is the nearest float or an adjacent one.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float}, Workers?)"/>
    public static void Sin(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null)
    {
        Require.SameLength(output, input);
        Require.SameOrApart(output, input);
        var work = new Circular<SinFunction>(input, output, DivideCircular(workers, input.Length));
        Workers.Run(workers, ref work, work.Parts.Count);
    }

    /// <summary>
    /// output = the cosine of input radians, for every float: NaN for infinities and NaN. Error at most 1.5 ULP.
    /// Beyond 131072, where an element takes about a hundred times as long, the result is the nearest float or an adjacent one.
    /// </summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float}, Workers?)"/>
    public static void Cos(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null)
    {
        Require.SameLength(output, input);
        Require.SameOrApart(output, input);
        var work = new Circular<CosFunction>(input, output, DivideCircular(workers, input.Length));
        Workers.Run(workers, ref work, work.Parts.Count);
    }

    /// <summary>output = the hyperbolic tangent of input, for every float; NaN for NaN. Error at most 1.34 ULP.</summary>
    /// <inheritdoc cref="Exp(ReadOnlySpan{float}, Span{float}, Workers?)"/>
    public static void Tanh(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(TanhFunction), input, output, workers);

    private static WorkParts DivideCircular(Workers? workers, int length) =>
        Workers.Divide(workers, length, CircularNanoseconds, CircularBlock);

    private readonly struct ExpFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Exp(value);
    }

    private readonly struct LogFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Log(value);
    }

    private readonly struct TanhFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Tanh(value);
    }

    private readonly struct SinFunction : ICircularFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Sin(value);

        public double OfLargeAngle(double angle) => Scalar.Sin(angle);
    }

    private readonly struct CosFunction : ICircularFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Cos(value);

        public double OfLargeAngle(double angle) => Scalar.Cos(angle);
    }

    private interface ICircularFunction : IUnaryFunction
    {
        double OfLargeAngle(double angle);
    }

    /// <summary>Blocks with angles that are too large for the lanes are done again, those angles in double.</summary>
    private readonly ref struct Circular<TFunction>(ReadOnlySpan<float> input, Span<float> output, WorkParts parts) : IWork
        where TFunction : struct, ICircularFunction
    {
        private readonly ReadOnlySpan<float> _input = input;
        private readonly Span<float> _output = output;

        public WorkParts Parts { get; } = parts;

        public void Run(int part)
        {
            (int start, int length) = Parts.Of(part);
            Span<float> angles = stackalloc float[CircularBlock];
            for (int end = start + length; start < end; start += CircularBlock)
            {
                angles = angles[..Math.Min(CircularBlock, end - start)];
                _input.Slice(start, angles.Length).CopyTo(angles);
                Span<float> results = _output.Slice(start, angles.Length);
                Map.Run(default(TFunction), angles, results);
                for (int i = 0; i < angles.Length; i++)
                {
                    if (Math.Abs(angles[i]) > LargestAngle)
                        results[i] = (float)default(TFunction).OfLargeAngle(angles[i]);
                }
            }
        }
    }
}
