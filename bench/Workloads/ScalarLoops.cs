using System.Runtime.CompilerServices;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>
/// The update that anybody would write: a plain loop over floats, one element at a time. Optimized at once, as a suite calls a
/// large one too seldom for the runtime to do it.
/// </summary>
internal static class ScalarLoops
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sgd(StepBuffers buffers, SgdOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        float rate = (float)options.LearningRate;
        for (int i = 0; i < p.Length; i++)
            p[i] -= rate * g[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SgdMomentum(StepBuffers buffers, SgdOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> b = buffers.State0[..p.Length];
        float rate = (float)options.LearningRate;
        float momentum = (float)options.Momentum;
        float share = (float)(1 - options.Dampening);
        for (int i = 0; i < p.Length; i++)
        {
            b[i] = momentum * b[i] + share * g[i];
            p[i] -= rate * b[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Momentum(StepBuffers buffers, MomentumOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> v = buffers.State0[..p.Length];
        float rate = (float)options.LearningRate;
        float momentum = (float)options.Momentum;
        for (int i = 0; i < p.Length; i++)
        {
            v[i] = momentum * v[i] - rate * g[i];
            p[i] += v[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AdaGrad(StepBuffers buffers, AdaGradOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> h = buffers.State0[..p.Length];
        float rate = (float)options.LearningRate;
        float epsilon = (float)options.Epsilon;
        for (int i = 0; i < p.Length; i++)
        {
            h[i] += g[i] * g[i];
            p[i] -= rate * (g[i] / (MathF.Sqrt(h[i]) + epsilon));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Adam(StepBuffers buffers, AdamOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> m = buffers.State0[..p.Length];
        Span<float> v = buffers.State1[..p.Length];
        var c = new AdamConstants(options, step);
        for (int i = 0; i < p.Length; i++)
        {
            m[i] += c.Share1 * (g[i] - m[i]);
            v[i] = c.Beta2 * v[i] + c.Share2 * g[i] * g[i];
            p[i] += c.MinusRate * (m[i] / (MathF.Sqrt(v[i]) * c.Correction2 + c.Epsilon));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AdamW(StepBuffers buffers, AdamWOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> m = buffers.State0[..p.Length];
        Span<float> v = buffers.State1[..p.Length];
        var c = new AdamConstants(options, step);
        float kept = (float)(1 - options.LearningRate * options.WeightDecay);
        for (int i = 0; i < p.Length; i++)
        {
            m[i] += c.Share1 * (g[i] - m[i]);
            v[i] = c.Beta2 * v[i] + c.Share2 * g[i] * g[i];
            p[i] = kept * p[i] + c.MinusRate * (m[i] / (MathF.Sqrt(v[i]) * c.Correction2 + c.Epsilon));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AmsGrad(StepBuffers buffers, AdamOptions options, long step)
    {
        Span<float> p = buffers.Values;
        ReadOnlySpan<float> g = buffers.Gradients[..p.Length];
        Span<float> m = buffers.State0[..p.Length];
        Span<float> v = buffers.State1[..p.Length];
        Span<float> u = buffers.State2[..p.Length];
        var c = new AdamConstants(options, step);
        for (int i = 0; i < p.Length; i++)
        {
            m[i] += c.Share1 * (g[i] - m[i]);
            v[i] = c.Beta2 * v[i] + c.Share2 * g[i] * g[i];
            u[i] = MathF.Max(u[i], v[i]);
            p[i] += c.MinusRate * (m[i] / (MathF.Sqrt(u[i]) * c.Correction2 + c.Epsilon));
        }
    }
}
