using System.Numerics.Tensors;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>
/// The update as a chain of TensorPrimitives calls, each a pass over a block small enough that all its arrays stay in the
/// first-level cache: the best that can be had without a kernel of one's own.
/// </summary>
internal static class TensorPrimitivesChains
{
    private const int Block = 1024;

    private static readonly float[] s_scratch = new float[Block];

    public static void Sgd(StepBuffers buffers, SgdOptions options, long step)
    {
        // One pass: there is nothing to keep in the cache.
        TensorPrimitives.FusedMultiplyAdd(buffers.Gradients, (float)-options.LearningRate, buffers.Values, buffers.Values);
    }

    public static void SgdMomentum(StepBuffers buffers, SgdOptions options, long step)
    {
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), g = Part(buffers.Gradients, start), b = Part(buffers.State0, start);
            TensorPrimitives.FusedMultiplyAdd(b, (float)options.Momentum, g, b);
            TensorPrimitives.FusedMultiplyAdd(b, (float)-options.LearningRate, p, p);
        }
    }

    public static void Momentum(StepBuffers buffers, MomentumOptions options, long step)
    {
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), g = Part(buffers.Gradients, start), v = Part(buffers.State0, start);
            TensorPrimitives.Multiply(v, (float)options.Momentum, v);
            TensorPrimitives.FusedMultiplyAdd(g, (float)-options.LearningRate, v, v);
            TensorPrimitives.Add(p, v, p);
        }
    }

    public static void AdaGrad(StepBuffers buffers, AdaGradOptions options, long step)
    {
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), g = Part(buffers.Gradients, start), h = Part(buffers.State0, start);
            Span<float> t = s_scratch.AsSpan(0, p.Length);
            TensorPrimitives.FusedMultiplyAdd(g, g, h, h);
            TensorPrimitives.Sqrt(h, t);
            TensorPrimitives.Add(t, (float)options.Epsilon, t);
            TensorPrimitives.Divide(g, t, t);
            TensorPrimitives.FusedMultiplyAdd(t, (float)-options.LearningRate, p, p);
        }
    }

    public static void Adam(StepBuffers buffers, AdamOptions options, long step)
    {
        var c = new AdamConstants(options, step);
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), m = Part(buffers.State0, start), v = Part(buffers.State1, start);
            UpdateMoments(c, Part(buffers.Gradients, start), m, v);
            Move(c, p, m, v);
        }
    }

    public static void AdamW(StepBuffers buffers, AdamWOptions options, long step)
    {
        var c = new AdamConstants(options, step);
        float kept = (float)(1 - options.LearningRate * options.WeightDecay);
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), m = Part(buffers.State0, start), v = Part(buffers.State1, start);
            UpdateMoments(c, Part(buffers.Gradients, start), m, v);
            TensorPrimitives.Multiply(p, kept, p);
            Move(c, p, m, v);
        }
    }

    public static void AmsGrad(StepBuffers buffers, AdamOptions options, long step)
    {
        var c = new AdamConstants(options, step);
        for (int start = 0; start < buffers.Length; start += Block)
        {
            Span<float> p = Part(buffers.Values, start), m = Part(buffers.State0, start), v = Part(buffers.State1, start);
            Span<float> u = Part(buffers.State2, start);
            UpdateMoments(c, Part(buffers.Gradients, start), m, v);
            TensorPrimitives.Max(u, v, u);
            Move(c, p, m, u);
        }
    }

    private static void UpdateMoments(in AdamConstants c, ReadOnlySpan<float> g, Span<float> m, Span<float> v)
    {
        Span<float> t = s_scratch.AsSpan(0, m.Length);
        TensorPrimitives.Subtract(g, m, t);
        TensorPrimitives.FusedMultiplyAdd(t, c.Share1, m, m);
        TensorPrimitives.Multiply(g, c.Share2, t);
        TensorPrimitives.Multiply(v, c.Beta2, v);
        TensorPrimitives.FusedMultiplyAdd(t, g, v, v);
    }

    private static void Move(in AdamConstants c, Span<float> p, ReadOnlySpan<float> m, ReadOnlySpan<float> v)
    {
        Span<float> t = s_scratch.AsSpan(0, m.Length);
        TensorPrimitives.Sqrt(v, t);
        TensorPrimitives.Multiply(t, c.Correction2, t);
        TensorPrimitives.Add(t, c.Epsilon, t);
        TensorPrimitives.Divide(m, t, t);
        TensorPrimitives.FusedMultiplyAdd(t, c.MinusRate, p, p);
    }

    private static Span<float> Part(Span<float> all, int start) => all.Slice(start, Math.Min(Block, all.Length - start));
}
