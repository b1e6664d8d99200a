using System.Runtime.CompilerServices;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Benchmarks.Products;

/// <summary>Functions of 16 M floats beside loops with the same loads and stores and one operation between them.</summary>
internal static class MemoryWork
{
    private const int Length = 16 << 20;

    public static void Run(PeerSession session)
    {
        float[] input = Numbers(1), other = Numbers(2), output = new float[Length];
        TimedWork reading = AlternatingPairs.Timed(() => ReadLimit.Run(input));
        TimedWork one = AlternatingPairs.Timed(() => Map.Run(default(Doubling), input, output));
        TimedWork two = AlternatingPairs.Timed(() => Map.Run(default(Addition), input, other, output));
        session.Compare("squared norm, 16 M floats", "reading them", 1.10, AlternatingPairs.Timed(() => Reduction.SquaredNorm(input)), reading, Length);
        session.Compare("ReLU, 16 M floats", "doubling", 1.10, AlternatingPairs.Timed(() => Activation.Relu(input, output)), one, Length);
        session.Compare(
            "gradient of ReLU, 16 M floats", "addition", 1.10, AlternatingPairs.Timed(() => Activation.ReluGradient(input, other, output)), two, Length);
        session.Compare("exponential, 16 M floats", "doubling", null, AlternatingPairs.Timed(() => Elementary.Exp(input, output)), one, Length);
        session.Compare("hyperbolic tangent, 16 M floats", "doubling", null, AlternatingPairs.Timed(() => Elementary.Tanh(input, output)), one, Length);
        foreach (int classes in (int[])[16, 1024])
        {
            int[] labels = [.. Enumerable.Range(0, Length / classes).Select(row => row % classes)];
            session.Compare(
                $"softmax with cross-entropy and its gradient, {Length / classes} x {classes}",
                "doubling",
                classes == 16 ? 4 : 2,
                AlternatingPairs.Timed(() => Softmax.CrossEntropy(
                    new(input, labels.Length, classes), labels, new(output, labels.Length, classes))),
                one,
                Length);
        }
    }

    private static float[] Numbers(int seed)
    {
        var random = new Random(seed);
        float[] numbers = GC.AllocateUninitializedArray<float>(Length, pinned: true);
        foreach (ref float number in numbers.AsSpan())
            number = random.NextSingle() * 8 - 4;
        return numbers;
    }

    private readonly struct Doubling : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value + value;
    }

    private readonly struct Addition : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left + right;
    }
}
