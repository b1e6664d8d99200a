using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Generators;

/// <summary>
/// Reproduces PyTorch's random numbers after <c>torch.manual_seed(seed)</c>, bit for bit: those of the CPU generator of PyTorch 1.13 to 2.x
/// on Linux x86-64 with AVX2, on any processor. With it the initializers give PyTorch's own initial weights, if you call them in the order
/// in which PyTorch draws.
/// </summary>
/// <remarks>
/// <c>Uniform</c> is <c>uniform_</c>, <c>Normal</c> is <c>normal_</c> on a contiguous float tensor, <c>Integers</c> and <c>Below</c>
/// are <c>randint</c> (the remainder of a word, so not quite even; see <see cref="OneWordIntegers"/>), <c>Permutation</c> is
/// <c>randperm</c> (which since release 2.6 orders 214,748,364 or more items differently). <c>TruncatedNormal</c> is this library's own,
/// because PyTorch's depends on its version. One fill corresponds to one tensor: PyTorch draws 16 or more normal elements differently from
/// fewer, so several short fills are not equal to one long fill. The tests contain draws of releases 1.13 and 2.10. A uniform draw below 1
/// that rounds up to the upper bound stays there, as in PyTorch.
/// </remarks>
public sealed class TorchGenerator : Generator
{
    private const string TwoWordKind = "torch-mt19937";
    private const string OneWordKind = "torch-mt19937-one-word-integers";
    private const double OneOf53Bits = 1.0 / (1L << 53);
    private const ulong WideRange = 1UL << 28;
    private const ulong WideRangeBefore27 = 1UL << 32;

    private readonly MersenneTwister _twister;

    // The second of two normal draws in double, kept until the next short tensor.
    private double? _spare;

    /// <summary>Creates a generator in the state after <c>torch.manual_seed(seed)</c>.</summary>
    /// <param name="seed">Any number; as in PyTorch, only its low 32 bits are used.</param>
    public TorchGenerator(ulong seed) => _twister = new MersenneTwister((uint)seed);

    /// <summary>
    /// Whether integers from a range of 2^28 to 2^32 - 1 take one 32-bit word, as in PyTorch up to release 2.6, or two, as in 2.7 and
    /// later. Smaller ranges take one word and larger ranges two in every release. The two settings are different kinds of generator:
    /// neither can restore the other's state.
    /// </summary>
    public bool OneWordIntegers { get; init; }

    /// <summary>Fills with integers from [low, high): <c>randint</c> with its default type, a 64-bit integer.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The inclusive lower bound.</param>
    /// <param name="high">The exclusive upper bound; above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public void Integers(Span<long> destination, long low, long high)
    {
        CheckRange(low, high);
        foreach (ref long value in destination)
            value = (long)((ulong)low + RemainderOf((ulong)high - (ulong)low));
    }

    /// <summary>
    /// Kind <c>torch-mt19937</c>, or <c>torch-mt19937-one-word-integers</c> with <see cref="OneWordIntegers"/>, with 627 numbers: the 624
    /// words of the state, the number of words already drawn, 1 if a normal draw is kept and 0 if not, and its bits as a double.
    /// </summary>
    public override GeneratorState SaveState() => MersenneState.Save(Kind, _twister, _spare);

    /// <inheritdoc/>
    public override void RestoreState(GeneratorState state) => _spare = MersenneState.Restore(Kind, state, _twister);

    /// <inheritdoc/>
    protected override void CheckState(GeneratorState state) => MersenneState.Check(Kind, state);

    /// <summary>
    /// Puts the items in the order in which <c>torch.randperm</c> gives their indices: each item, from the first on, is swapped with itself
    /// or a later one.
    /// </summary>
    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> items)
    {
        for (int i = 0; i < items.Length - 1; i++)
        {
            int j = i + (int)(_twister.Next() % (uint)(items.Length - i));
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <inheritdoc/>
    protected override void FillUniform(Span<float> destination, double low, double high) =>
        FillUniform(destination, new TorchUniform((float)low, (float)high - (float)low));

    /// <inheritdoc/>
    protected override void FillNormal(Span<float> destination, double mean, double standardDeviation)
    {
        if (destination.Length >= TorchNormal.Block)
            FillBlocks(destination, (float)mean, (float)standardDeviation);
        else
            FillSingly(destination, mean, standardDeviation);
    }

    /// <inheritdoc/>
    protected override uint NextBelow(uint exclusiveMaximum) => (uint)RemainderOf(exclusiveMaximum);

    /// <inheritdoc/>
    protected override uint NextWord() => _twister.Next();

    private string Kind => OneWordIntegers ? OneWordKind : TwoWordKind;

    private void FillUniform(Span<float> destination, TorchUniform draw)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<uint> words = _twister.Take(destination.Length);
            var kernel = new TorchUniformKernel(words, destination, draw);
            LaneDispatch.Float(ref kernel);
            destination = destination[words.Length..];
        }
    }

    // Every element takes a uniform draw; what is over after the last whole block is drawn, too, but the last 16 elements are
    // then drawn once more and made normal together.
    private void FillBlocks(Span<float> destination, float mean, float standardDeviation)
    {
        // What the uniform draws leave in the first cache is made normal at once.
        const int Chunk = 2048;
        int over = destination.Length % TorchNormal.Block;
        int whole = destination.Length - over;
        for (int start = 0; start < whole; start += Chunk)
            FillWhole(destination[start..Math.Min(start + Chunk, whole)]);
        if (over == 0)
            return;
        for (int i = 0; i < over; i++)
            _twister.Next();
        FillWhole(destination[^TorchNormal.Block..]);

        void FillWhole(Span<float> blocks)
        {
            FillUniform(blocks, new TorchUniform(0, 1));
            TorchNormal.Transform(blocks, mean, standardDeviation);
        }
    }

    private void FillSingly(Span<float> destination, double mean, double standardDeviation)
    {
        foreach (ref float value in destination)
            value = (float)(NextNormal() * standardDeviation + mean);
    }

    private double NextNormal()
    {
        if (_spare is { } kept)
        {
            _spare = null;
            return kept;
        }

        double turn = NextDouble(), u = NextDouble();
        double radius = Math.Sqrt(-2 * Scalar.Log1p(-u));
        double angle = 2 * Math.PI * turn;
        _spare = radius * Scalar.Sin(angle);
        return radius * Scalar.Cos(angle);
    }

    // The low 53 bits of two words.
    private double NextDouble() => (NextTwoWords() & ((1L << 53) - 1)) * OneOf53Bits;

    private ulong RemainderOf(ulong range) =>
        range < (OneWordIntegers ? WideRangeBefore27 : WideRange) ? _twister.Next() % (uint)range : NextTwoWords() % range;

    // The first is the upper one.
    private ulong NextTwoWords()
    {
        ulong high = _twister.Next();
        return high << 32 | _twister.Next();
    }
}

/// <summary>low + range * u with u from the lower 24 bits of the word.</summary>
internal readonly struct TorchUniform(float low, float range)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Of<TFloat>(TFloat word)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat u = TFloat.SignedToFloat(word & TFloat.SplatBits(0x00FF_FFFF)) * TFloat.Splat(1f / (1 << 24));
        return TFloat.FusedMultiplyAdd(u, TFloat.Splat(range), TFloat.Splat(low));
    }
}

/// <summary>Turns all given words into the first draws of the destination.</summary>
internal readonly ref struct TorchUniformKernel(ReadOnlySpan<uint> words, Span<float> destination, TorchUniform draw) : IFloatKernel
{
    private readonly ReadOnlySpan<float> _words = MemoryMarshal.Cast<uint, float>(words);
    private readonly Span<float> _destination = destination;

    public void Run<TFloat>()
        where TFloat : struct, IFloatLane<TFloat> =>
        Run<TFloat>(ref MemoryMarshal.GetReference(_words), ref MemoryMarshal.GetReference(_destination), _words.Length, draw);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<TFloat>(ref float words, ref float destination, nint length, TorchUniform draw)
        where TFloat : struct, IFloatLane<TFloat>
    {
        nint i = 0;
        for (; i <= length - TFloat.Width; i += TFloat.Width)
            draw.Of(TFloat.Load(ref words, i)).Store(ref destination, i);
        for (; i < length; i++)
            draw.Of(FloatLane1.Load(ref words, i)).Store(ref destination, i);
    }
}
