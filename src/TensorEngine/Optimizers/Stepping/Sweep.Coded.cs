using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Compression;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <content>
/// Steps of compressed state, and of values and gradients that are kept as bf16: some blocks are decoded into memory that stays in the
/// first-level cache, the loop of float32 runs over them, and they are encoded again. One loop for each coding then serves all rules, and
/// no rule is compiled a second time; while the loop waits for the divider, the processor already codes.
/// </content>
internal static partial class Sweep
{
    // Elements that are decoded at a time: 256 take a fifth longer, and 1024 the same.
    private const int Chunk = 512;

    private static void RunCoded<TRule, TDecay, TSource>(
        in TRule rule, in TDecay decay, in TSource source, in SweepBuffers buffers, ReadOnlySpan<Segment> segments)
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        var work = new CodedWork<TRule, TDecay, TSource>(buffers, segments, in rule, in decay, in source);
        int parts = work.Divide(buffers.Workers);
        if (parts > 1)
            Workers.Run(buffers.Workers, ref work, parts);
        else
            work.Run(0);
    }

    private ref struct CodedWork<TRule, TDecay, TSource> : IWork
        where TRule : struct, IUpdateRule<TRule>
        where TDecay : struct, IDecay
        where TSource : struct, IGradientSource
    {
        private readonly SweepBuffers _buffers;
        private readonly ReadOnlySpan<Segment> _segments;
        private readonly ref readonly TRule _rule;
        private readonly ref readonly TDecay _decay;
        private readonly ref readonly TSource _source;
        private readonly int _width;
        private readonly bool _areHalves;

        // What a part takes of all segments, one behind the other and each padded to whole blocks.
        private long _count;

        public CodedWork(
            scoped in SweepBuffers buffers,
            ReadOnlySpan<Segment> segments,
            ref readonly TRule rule,
            ref readonly TDecay decay,
            ref readonly TSource source)
        {
            _buffers = buffers;
            _segments = segments;
            _source = ref source;
            _decay = ref decay;
            _rule = ref rule;
            _width = buffers.Width != 0 ? buffers.Width : LaneWidth.Current;
            _count = long.MaxValue;
            _areHalves = AreHalves();
            foreach (ref readonly Segment segment in segments)
            {
                if ((segment.StateOffset | segment.Index) % Codings.Block != 0)
                {
                    throw new InvalidOperationException(
                        $"{segment} starts at element {segment.Index} of its parameter; compressed state is cut at multiples of "
                        + $"{Codings.Block} alone.");
                }
            }
        }

        public int Divide(Workers? workers)
        {
            if (workers is null)
                return 1;
            long total = 0;
            foreach (ref readonly Segment segment in _segments)
                total += Codings.Padded(segment.Length);
            WorkParts parts = Workers.Divide(workers, total, NanosecondsPerElement, PartUnit);
            _count = parts.Length;
            return parts.Count;
        }

        public readonly void Run(int part)
        {
            // One place more than is needed, to start at a whole line of the cache; behind the states are values and gradients.
            Span<float> memory = stackalloc float[(SweepBuffers.MostStates + 2) * Chunk + AlignedBuffer.Alignment];
            ref float scratch = ref Aligned(memory);
            Span<Segment> piece = stackalloc Segment[1];
            SweepBuffers decoded = _buffers;
            for (int state = 0; state < TRule.StateCount; state++)
                decoded.SetState(state, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scratch, state * Chunk), Chunk));
            if (_buffers.HasHalves)
            {
                Span<float> values = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref scratch, SweepBuffers.MostStates * Chunk), 2 * Chunk);
                decoded.Values = ref values[0];
                decoded.Gradients = ref values[Chunk];
            }

            var kernel = new Kernel<TRule, TDecay, TSource>(in _rule, in _decay, in _source, decoded, piece);

            long skip = part == 0 ? 0 : part * _count, count = _count;
            foreach (ref readonly Segment segment in _segments)
            {
                long padded = Codings.Padded(segment.Length);
                int i = (int)Math.Min(skip, padded), end = i + (int)Math.Min(padded - i, count);
                skip -= i;
                count -= end - i;
                if (_areHalves)
                {
                    // A part that begins after the segment begins after its last block, which may be longer than the segment.
                    int whole = Math.Max(0, Math.Min(end, segment.Length) - i) & -Codings.Block;
                    RunHalves(segment, i, whole);
                    i += whole;
                }

                for (; i < end; i += Chunk)
                {
                    int blocks = Math.Min(Chunk, end - i), length = Math.Min(blocks, segment.Length - i);
                    piece[0] = new Segment(_buffers.HasHalves ? 0 : segment.Offset + i, 0, length);
                    Decode(ref scratch, segment.StateOffset + i, blocks);
                    if (_buffers.HasHalves)
                        DecodeValues(ref decoded.Values, ref decoded.Gradients, segment.Offset + i, blocks);
                    LaneDispatch.Float(ref kernel, _width);
                    Encode(ref scratch, segment.StateOffset + i, segment.Index + i, blocks);
                    if (_buffers.HasHalves)
                        EncodeValues(ref decoded.Values, segment.Offset + i, segment.Index + i, blocks);
                }
            }
        }

        // Whether there is a loop for the source, and all states are bf16, at a width that is worth it.
        private readonly bool AreHalves()
        {
            bool isScaled = typeof(TSource) == typeof(ScaledGradient) || typeof(TSource) == typeof(ClearedGradient<ScaledGradient>);
            if (!isScaled || (TRule.StateCount == 0 && !_buffers.HasHalves) || _width < 8)
                return false;
            for (int state = 0; state < TRule.StateCount; state++)
            {
                if (_buffers.CodingOf(state) != Coding.BFloat16)
                    return false;
            }

            return true;
        }

        private readonly void RunHalves(in Segment segment, int start, int length)
        {
            // One that clears has nothing but the one that scales; the kernel clears by itself.
            ref readonly ScaledGradient source = ref Unsafe.As<TSource, ScaledGradient>(ref Unsafe.AsRef(in _source));
            var piece = new Segment(segment.Offset + start, segment.StateOffset + start, length) { Index = segment.Index + start };
            var kernel = new HalvesKernel<TRule, TDecay>(in _rule, in _decay, in source, _buffers, piece);

            // No other widths than those at which it pays, so that there is less to compile.
            if (_width == 16)
                kernel.Run<CodeLane512, FloatLane512>();
            else
                kernel.Run<CodeLane256, FloatLane256>();
        }

        private readonly void Decode(ref float scratch, nint offset, int count)
        {
            for (int state = 0; state < TRule.StateCount; state++)
            {
                ref float decoded = ref Unsafe.Add(ref scratch, state * Chunk);
                Coding coding = _buffers.CodingOf(state);
                if (coding == Coding.Float32)
                    Copy(ref Unsafe.Add(ref _buffers.State(state), offset), ref decoded, count);
                else
                    StateCodes.Decode(coding, ref CodesOf(state), _buffers.CodeLength, offset, ref decoded, count, _width);
            }
        }

        private readonly void Encode(ref float scratch, nint offset, int index, int count)
        {
            for (int state = 0; state < TRule.StateCount; state++)
            {
                ref float decoded = ref Unsafe.Add(ref scratch, state * Chunk);
                Coding coding = _buffers.CodingOf(state);
                if (coding == Coding.Float32)
                {
                    Copy(ref decoded, ref Unsafe.Add(ref _buffers.State(state), offset), count);
                    continue;
                }

                uint dither = Dither.At(index, _buffers.Number, _buffers.CodingMap![state]);
                StateCodes.Encode(coding, ref decoded, ref CodesOf(state), _buffers.CodeLength, offset, count, dither, _width);
            }
        }

        private readonly void DecodeValues(ref float values, ref float gradients, nint offset, int count)
        {
            StateCodes.Decode(Coding.BFloat16, ref Halves(ref _buffers.Values), 0, offset, ref values, count, _width);
            StateCodes.Decode(Coding.BFloat16, ref Halves(ref _buffers.Gradients), 0, offset, ref gradients, count, _width);
        }

        private readonly void EncodeValues(ref float values, nint offset, int index, int count)
        {
            uint dither = Dither.OfValues(index, _buffers.Number);
            StateCodes.Encode(Coding.BFloat16, ref values, ref Halves(ref _buffers.Values), 0, offset, count, dither, _width);
            if (_buffers.ClearGradients)
            {
                ref byte gradients = ref Unsafe.Add(ref Halves(ref _buffers.Gradients), offset * sizeof(ushort));
                MemoryMarshal.CreateSpan(ref gradients, count * sizeof(ushort)).Clear();
            }
        }

        private static ref byte Halves(ref float memory) => ref Unsafe.As<float, byte>(ref memory);

        [UnscopedRef]
        private readonly ref byte CodesOf(int state) => ref Unsafe.As<float, byte>(ref _buffers.State(state));

        private static void Copy(ref float source, ref float destination, int count) =>
            Unsafe.CopyBlock(
                ref Unsafe.As<float, byte>(ref destination), ref Unsafe.As<float, byte>(ref source), (uint)count * sizeof(float));

        private static unsafe ref float Aligned(Span<float> memory)
        {
            ref float first = ref memory[0];
            nint floats = (nint)Unsafe.AsPointer(ref first) / sizeof(float);
            return ref Unsafe.Add(ref first, -floats & (AlignedBuffer.Alignment - 1));
        }
    }
}
