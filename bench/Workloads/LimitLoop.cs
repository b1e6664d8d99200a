using System.Runtime.CompilerServices;
using Engine.Optimizers;
using Engine.Simd;

namespace Engine.Benchmarks.Workloads;

/// <summary>The library's loop with the loads and stores of an optimizer, and hardly any arithmetic: what its step costs at the least.</summary>
public static class LimitLoop
{
    private static readonly SgdOptions s_options = new();

    /// <summary>Adds the gradients to the values and to so many states.</summary>
    /// <param name="b">What is stepped.</param>
    /// <param name="states">0 to 3.</param>
    public static void Step(StepBuffers b, int states)
    {
        ReadOnlySpan<Segment> all = [new(0, 0, b.Length)];
        switch (states)
        {
            case 0: UpdateLoop.Run(default(Addition<None>), s_options, SpanBuffers.Check(b.Values, b.Gradients), all); break;
            case 1: UpdateLoop.Run(default(Addition<One>), s_options, SpanBuffers.Check(b.Values, b.Gradients, b.State0), all); break;
            case 2: UpdateLoop.Run(default(Addition<Two>), s_options, SpanBuffers.Check(b.Values, b.Gradients, b.State0, b.State1), all); break;
            default:
                UpdateLoop.Run(
                    default(Addition<Three>), s_options, SpanBuffers.Check(b.Values, b.Gradients, b.State0, b.State1, b.State2), all);
                break;
        }
    }

    private interface ICount
    {
        static abstract int Value { get; }
    }

    private readonly struct None : ICount
    {
        public static int Value => 0;
    }

    private readonly struct One : ICount
    {
        public static int Value => 1;
    }

    private readonly struct Two : ICount
    {
        public static int Value => 2;
    }

    private readonly struct Three : ICount
    {
        public static int Value => 3;
    }

    private readonly struct Addition<TCount> : IUpdateRule
        where TCount : struct, ICount
    {
        public static int StateCount => TCount.Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat state0, ref TFloat state1, ref TFloat state2)
            where TFloat : struct, IFloatLane<TFloat>
        {
            p += g;
            state0 += g;
            state1 += g;
            state2 += g;
        }
    }
}
