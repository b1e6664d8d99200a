using System.Runtime.CompilerServices;
using TensorEngine.Compression;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <content>
/// The loop for state that is all kept as bf16, be values and gradients floats or not, in the usual case (gradients are neither clamped nor
/// scaled beyond the floats) and at the widths at which it pays. It decodes after the load and encodes before the store, two registers at a
/// time, as one instruction then narrows both. The bits are those of the way by decoded memory.
/// </content>
internal static partial class Sweep
{
    private readonly ref struct HalvesKernel<TRule, TDecay> : ICodeKernel
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
    {
        private readonly ref readonly TRule _rule;
        private readonly ref readonly TDecay _decay;
        private readonly ref readonly ScaledGradient _source;
        private readonly SweepBuffers _buffers;
        private readonly Segment _piece;

        /// <summary>Steps a stretch of whole blocks of a parameter.</summary>
        public HalvesKernel(
            ref readonly TRule rule,
            ref readonly TDecay decay,
            ref readonly ScaledGradient source,
            scoped in SweepBuffers buffers,
            Segment piece)
        {
            _rule = ref rule;
            _decay = ref decay;
            _source = ref source;
            _buffers = buffers;
            _piece = piece;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TCode, TFloat>()
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            // Copies whose address nobody has, so that they stay in registers.
            TRule rule = _rule;
            TDecay decay = _decay;
            ScaledGradient source = _source;
            nint end = _piece.Length;
            var elements = new SteppedElements(_buffers, _piece);
            ref byte codes0 = ref Codes(ref _buffers.State0), codes1 = ref Codes(ref _buffers.State1);
            ref byte codes2 = ref Codes(ref _buffers.State2), codes3 = ref Codes(ref _buffers.State3);
            TFloat noise0 = Noise<TCode, TFloat>(0), noise1 = Noise<TCode, TFloat>(1);
            TFloat noise2 = Noise<TCode, TFloat>(2), noise3 = Noise<TCode, TFloat>(3);
            TFloat step = Dither.Next<TFloat>(), noise = elements.Noise<TCode, TFloat>();
            for (nint i = 0; i < end; i += 2 * TFloat.Width)
            {
                elements.Load<TCode, TFloat>(source, i, out TFloat p0, out TFloat p1, out TFloat g0, out TFloat g1);
                (g0, g1) = (decay.Gradient(p0, g0), decay.Gradient(p1, g1));
                (p0, p1) = (decay.Value(p0), decay.Value(p1));
                TFloat a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
                if (TRule.StateCount > 0)
                    BFloat16Codes.Load<TCode, TFloat>(ref codes0, i, out a0, out a1);
                if (TRule.StateCount > 1)
                    BFloat16Codes.Load<TCode, TFloat>(ref codes1, i, out b0, out b1);
                if (TRule.StateCount > 2)
                    BFloat16Codes.Load<TCode, TFloat>(ref codes2, i, out c0, out c1);
                if (TRule.StateCount > 3)
                    BFloat16Codes.Load<TCode, TFloat>(ref codes3, i, out d0, out d1);

                TRule.Apply(rule, ref p0, g0, ref a0, ref b0, ref c0, ref d0);
                TRule.Apply(rule, ref p1, g1, ref a1, ref b1, ref c1, ref d1);

                elements.Store<TCode, TFloat>(p0, p1, ref noise, step, i);
                if (TRule.StateCount > 0)
                    BFloat16Codes.Store<TCode, TFloat>(a0, a1, ref noise0, step, ref codes0, i);
                if (TRule.StateCount > 1)
                    BFloat16Codes.Store<TCode, TFloat>(b0, b1, ref noise1, step, ref codes1, i);
                if (TRule.StateCount > 2)
                    BFloat16Codes.Store<TCode, TFloat>(c0, c1, ref noise2, step, ref codes2, i);
                if (TRule.StateCount > 3)
                    BFloat16Codes.Store<TCode, TFloat>(d0, d1, ref noise3, step, ref codes3, i);
            }
        }

        private ref byte Codes(ref float state) =>
            ref Unsafe.Add(ref Unsafe.As<float, byte>(ref state), (nint)_piece.StateOffset * sizeof(ushort));

        private TFloat Noise<TCode, TFloat>(int state)
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat> =>
            state < TRule.StateCount
                ? Dither.Register<TCode, TFloat>(Dither.At(_piece.Index, _buffers.Number, _buffers.CodingMap![state]))
                : default;
    }
}
