using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>
/// The generator MT19937, on whose 32-bit words both PyTorch's CPU generator and NumPy's RandomState are based.
/// Source: Matsumoto and Nishimura, Mersenne Twister, 1998; their mt19937ar.c of 2002 for the seeds.
/// </summary>
internal sealed class MersenneTwister
{
    /// <summary>The number of words in a state, and in one turn.</summary>
    public const int Length = 624;

    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private readonly uint[] _words = new uint[Length];
    private int _used;

    /// <summary>Creates a generator from one number (init_genrand).</summary>
    public MersenneTwister(uint seed) => Seed(seed);

    /// <summary>Creates a generator from one or more numbers (init_by_array).</summary>
    public MersenneTwister(ReadOnlySpan<uint> seeds)
    {
        Seed(19650218);
        int i = 1, j = 0;
        for (int k = Math.Max(Length, seeds.Length); k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ (_state[i - 1] >> 30)) * 1664525) + seeds[j] + (uint)j;
            j = (j + 1) % seeds.Length;
            Advance();
        }

        for (int k = Length - 1; k > 0; k--)
        {
            _state[i] = (_state[i] ^ (_state[i - 1] ^ (_state[i - 1] >> 30)) * 1566083941) - (uint)i;
            Advance();
        }

        _state[0] = 0x8000_0000;

        void Advance()
        {
            if (++i < Length)
                return;
            _state[0] = _state[Length - 1];
            i = 1;
        }
    }

    /// <summary>The state as in the original: the words before tempering, from which the next turn starts.</summary>
    public ReadOnlySpan<uint> State => _state;

    /// <summary>The number of words of the state already drawn: from 0 to <see cref="Length"/>.</summary>
    public int Used => _used;

    /// <summary>Restores a state given by <see cref="State"/> and <see cref="Used"/>.</summary>
    public void Restore(ReadOnlySpan<uint> state, int used)
    {
        state.CopyTo(_state);
        _used = used;
        Temper();
    }

    /// <summary>Draws a word.</summary>
    public uint Next()
    {
        if (_used == Length)
            Turn();
        return _words[_used++];
    }

    /// <summary>Draws between 1 and <paramref name="limit"/> words, all from one turn.</summary>
    public ReadOnlySpan<uint> Take(int limit)
    {
        if (_used == Length)
            Turn();
        ReadOnlySpan<uint> taken = _words.AsSpan(_used, Math.Min(limit, Length - _used));
        _used += taken.Length;
        return taken;
    }

    private void Seed(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Length; i++)
            _state[i] = 1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
        _used = Length;
    }

    private void Turn()
    {
        var kernel = new TwistKernel(_state);
        LaneDispatch.Float(ref kernel);
        Temper();
        _used = 0;
    }

    private void Temper()
    {
        var kernel = new TemperKernel(_state, _words);
        LaneDispatch.Float(ref kernel);
    }

    private static ref float FirstOf(uint[] words) => ref Unsafe.As<uint, float>(ref MemoryMarshal.GetArrayDataReference(words));

    /// <summary>Replaces each word k with a mix of the words k, k + 1 and k + 397, with indices modulo the length of the state.</summary>
    private readonly struct TwistKernel(uint[] state) : IFloatKernel
    {
        private readonly uint[] _state = state;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            ref float words = ref FirstOf(_state);
            Range<TFloat>(ref words, 0, Length - Middle, Middle);
            Range<TFloat>(ref words, Length - Middle, Length - 1, Middle - Length);
            Mix(
                FloatLane1.Load(ref words, Length - 1),
                FloatLane1.Load(ref words, 0),
                FloatLane1.Load(ref words, Middle - 1)).Store(ref words, Length - 1);
        }

        // What a lane reads ahead is still old, and what it reads far behind is already new, as in a loop over single words.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Range<TFloat>(ref float state, nint k, nint end, nint distance)
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (; k <= end - TFloat.Width; k += TFloat.Width)
                Mix(TFloat.Load(ref state, k), TFloat.Load(ref state, k + 1), TFloat.Load(ref state, k + distance)).Store(ref state, k);
            for (; k < end; k++)
            {
                FloatLane1 word = FloatLane1.Load(ref state, k), next = FloatLane1.Load(ref state, k + 1);
                Mix(word, next, FloatLane1.Load(ref state, k + distance)).Store(ref state, k);
            }
        }

        // The upper bit of one word before the lower bits of the next; where that number is odd, the polynomial comes in.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TFloat Mix<TFloat>(TFloat word, TFloat next, TFloat distant)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat joined = (word & TFloat.SplatBits(0x8000_0000)) ^ (next & TFloat.SplatBits(0x7FFF_FFFF));
            TFloat odd = TFloat.SubtractBits(TFloat.SplatBits(0), next & TFloat.SplatBits(1));
            return distant ^ TFloat.ShiftRight(joined, 1) ^ (odd & TFloat.SplatBits(0x9908_B0DF));
        }
    }

    private readonly struct TemperKernel(uint[] state, uint[] words) : IFloatKernel
    {
        private readonly uint[] _state = state;
        private readonly uint[] _words = words;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> => Run<TFloat>(ref FirstOf(_state), ref FirstOf(_words));

        // 624 is a multiple of every width.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float state, ref float words)
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (nint k = 0; k < Length; k += TFloat.Width)
            {
                TFloat word = TFloat.Load(ref state, k);
                word ^= TFloat.ShiftRight(word, 11);
                word ^= TFloat.ShiftLeft(word, 7) & TFloat.SplatBits(0x9D2C_5680);
                word ^= TFloat.ShiftLeft(word, 15) & TFloat.SplatBits(0xEFC6_0000);
                (word ^ TFloat.ShiftRight(word, 18)).Store(ref words, k);
            }
        }
    }
}
