using System.Runtime.InteropServices;

namespace TensorEngine.Benchmarks.Workloads;

/// <summary>
/// What an optimizer steps: p, g and four states of equal length, each in memory of its own that never moves. They start 12
/// cache lines apart within a page. A load must not have the low address bits of a store made shortly before, which the
/// processor might take for the same address: one line apart the C++ loop took up to 2.4 times as long, in some processes and
/// not in others, and without any distance so did the one that stores m before it loads v.
/// </summary>
public sealed unsafe class StepBuffers : IDisposable
{
    private const int Arrays = 6;
    private const int Page = 4096;
    private const int Distance = 12 * 64;
    private const int Pattern = 1 << 16;

    private readonly void*[] _memory = new void*[Arrays];

    /// <summary>Values of about 0.1, gradients of about 0.001, states as after many such gradients: nothing comes near a denormal.</summary>
    /// <param name="length">Elements per array.</param>
    public StepBuffers(int length)
    {
        Length = length;
        for (int i = 0; i < Arrays; i++)
            _memory[i] = NativeMemory.AlignedAlloc((nuint)length * sizeof(float) + Page, Page);
        Fill();
    }

    public int Length { get; }

    public Span<float> Values => new(Address(0), Length);

    public Span<float> Gradients => new(Address(1), Length);

    public Span<float> State0 => new(Address(2), Length);

    public Span<float> State1 => new(Address(3), Length);

    public Span<float> State2 => new(Address(4), Length);

    public Span<float> State3 => new(Address(5), Length);

    /// <summary>Makes all values what they were at first.</summary>
    public void Fill()
    {
        var random = new Random(20151222);
        FillNormal(Values, random, .1);
        FillNormal(Gradients, random, 1e-3);
        State0.Clear();
        State1.Fill(1e-6f);
        State2.Fill(1e-6f);
        State3.Fill(1e-6f);
    }

    /// <summary>The start of the values (0), the gradients (1) or a state (2 to 5).</summary>
    public float* Address(int array) => (float*)((byte*)_memory[array] + array * Distance);

    public void Dispose()
    {
        for (int i = 0; i < Arrays; i++)
        {
            NativeMemory.AlignedFree(_memory[i]);
            _memory[i] = null;
        }
    }

    // Random.Shared has no normal numbers; drawing a pattern and repeating it keeps the set-up of 16 M elements short.
    private static void FillNormal(Span<float> destination, Random random, double deviation)
    {
        Span<float> pattern = destination[..Math.Min(destination.Length, Pattern)];
        for (int i = 0; i < pattern.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            pattern[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        for (int start = pattern.Length; start < destination.Length; start += pattern.Length)
        {
            Span<float> rest = destination[start..];
            pattern[..Math.Min(pattern.Length, rest.Length)].CopyTo(rest);
        }
    }
}
