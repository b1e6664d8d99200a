using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// An optimizer that has to see a whole parameter (its norm, its rows and columns) before it can move an element: several passes
/// over each parameter, one parameter after the other.
/// </summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class ParameterwiseOptimizer<TOptions> : Optimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private protected ParameterwiseOptimizer(IEnumerable<Parameter> parameters, TOptions options, params ReadOnlySpan<string> stateNames)
        : base(parameters, options, stateNames)
    {
    }

    private protected ParameterwiseOptimizer(IEnumerable<Parameter> parameters, TOptions options, StateKind[] stateKinds)
        : base(parameters, options, stateKinds)
    {
    }

    /// <summary>The elements of the largest parameter: how much scratch memory serves for every one.</summary>
    private protected int LargestLength => Parameters.Max(parameter => parameter.Length);

    /// <summary>Takes a step of one parameter.</summary>
    /// <param name="options">What the parameter follows.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="slot">Which parameter.</param>
    /// <param name="buffers">Values, gradients and state from the parameter's first element on.</param>
    private protected abstract void Update(TOptions options, long step, int slot, in UpdateBuffers buffers);

    // The padding is never part of a pass, so that it stays 0.
    private protected sealed override void Update(TOptions options, ParameterBatch batch, in UpdateBuffers buffers)
    {
        foreach (int slot in batch.Slots)
            Update(options, batch.Step, slot, buffers.At(Parameters[slot].Offset, Slots.StateOffset(slot)));
    }
}

/// <summary>What passes over a whole parameter need.</summary>
internal static class Whole
{
    /// <summary>The norm of a parameter's values.</summary>
    public static double Norm(ReadOnlySpan<float> values, Workers? workers) => Math.Sqrt(Reduction.SquaredNorm(values, workers));

    /// <summary>The norm of a parameter's gradients as they enter the step: scaled and clamped.</summary>
    public static double GradientNorm(in UpdateBuffers buffers, int length)
    {
        ReadOnlySpan<float> gradients = MemoryMarshal.CreateReadOnlySpan(ref buffers.Gradients, length);
        return buffers.GradientBound is { } bound
            ? Math.Sqrt(Reduction.SquaredNormClamped(gradients, buffers.GradientFactor, bound))
            : Norm(gradients, buffers.Workers) * Math.Abs(buffers.GradientFactor);
    }

    /// <summary>values + factor * direction, in place, rounded once.</summary>
    public static void Move(Span<float> values, double factor, ReadOnlySpan<float> direction) =>
        ElementLoop.Run(new AddScaled(factor), values, direction, values);

    private readonly struct AddScaled(double factor) : IBinaryFunction
    {
        private readonly float _factor = (float)factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value, TFloat direction)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_factor), direction, value);
    }
}
