using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>Changes gradients in place as <see cref="UpdateModifiers"/> specify, one unit at a time; threads share whole units.</summary>
internal static class UnitGradients
{
    // Two or three passes over a unit, which are in the first cache but for the first.
    private const double NanosecondsPerElement = 0.3;

    /// <summary>Changes the gradients of all trainable parameters whose group has modifiers that change gradients.</summary>
    public static void Modify<TOptions>(ParameterSlots slots, List<ParameterGroup<TOptions>> groups, double scale, Workers? workers)
        where TOptions : OptimizerOptions
    {
        bool isNeeded = false;
        foreach (ParameterGroup<TOptions> group in groups)
            isNeeded |= group.StepOptions.Modifiers is { ChangeGradients: true };
        for (int slot = 0; isNeeded && slot < slots.Parameters.Count; slot++)
        {
            Parameter parameter = slots.Parameters[slot];
            if (parameter.Trainable && groups[slots.GroupOf(slot)].StepOptions.Modifiers is { ChangeGradients: true } modifiers)
                Modify(parameter, modifiers, Math.Abs(scale), workers);
        }
    }

    private static void Modify(Parameter parameter, UpdateModifiers modifiers, double scale, Workers? workers)
    {
        bool hasUnits = parameter.Shape.Rank >= 2;
        int length = hasUnits ? parameter.Length / Math.Max(1, parameter.Shape[0]) : parameter.Length;
        if (length == 0)
            return;
        WorkParts parts = Workers.Divide(workers, parameter.Length, NanosecondsPerElement, length);
        var work = new Units(parameter, modifiers, scale, length, modifiers.CentralizeGradients && hasUnits, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    private readonly ref struct Units(
        Parameter parameter, UpdateModifiers modifiers, double scale, int length, bool centralizes, WorkParts parts) : IWork
    {
        public void Run(int part)
        {
            (int start, int count) = parts.Of(part);
            for (int unit = start; unit < start + count; unit += length)
            {
                Span<float> gradients = parameter.Gradients.Slice(unit, length);
                if (centralizes)
                    Map.Run(new Shift(Reduction.Sum(gradients) / length), gradients, gradients);
                if (modifiers.UnitClipping is { } ratio)
                    Clip(parameter.Values.Slice(unit, length), gradients, ratio);
            }
        }

        private void Clip(ReadOnlySpan<float> values, Span<float> gradients, double ratio)
        {
            double limit = ratio * Math.Max(Math.Sqrt(Reduction.SquaredNorm(values)), modifiers.UnitNormFloor);
            double norm = scale * Math.Sqrt(Reduction.SquaredNorm(gradients));
            if (norm > limit)
                Map.Run(new Shrink(new FarFactor(limit / norm)), gradients, gradients);
        }
    }

    private readonly struct Shift(double mean) : IUnaryFunction
    {
        private readonly float _mean = (float)mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value - TFloat.Splat(_mean);
    }

    private readonly struct Shrink(FarFactor factor) : IUnaryFunction
    {
        private readonly FarFactor _factor = factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => _factor.Times(value);
    }
}
