using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>
/// A register that counts what a kernel does instead of doing it: the kernels are written once over the contract, so that they can be asked.
/// A fused multiply-add is two operations; each sum, difference, product, quotient, root, minimum and maximum is one; signs,
/// comparisons, bits and conversions are none.
/// </summary>
internal readonly struct CountingLane : IFloatLane<CountingLane>
{
    [ThreadStatic]
    private static int s_operations;

    public static int Width => 1;

    /// <summary>How many operations some code does with registers.</summary>
    public static int Count(Action code)
    {
        s_operations = 0;
        code();
        return s_operations;
    }

    public static CountingLane Splat(float value) => default;

    public static CountingLane Splat(in Constant value) => default;

    public static CountingLane operator +(CountingLane left, CountingLane right) => Counted();

    public static CountingLane operator -(CountingLane left, CountingLane right) => Counted();

    public static CountingLane operator -(CountingLane value) => default;

    public static CountingLane operator *(CountingLane left, CountingLane right) => Counted();

    public static CountingLane operator /(CountingLane left, CountingLane right) => Counted();

    public static CountingLane FusedMultiplyAdd(CountingLane left, CountingLane right, CountingLane addend) => Counted(2);

    public static CountingLane Sqrt(CountingLane value) => Counted();

    public static CountingLane Abs(CountingLane value) => default;

    public static CountingLane CopySign(CountingLane magnitude, CountingLane sign) => default;

    public static CountingLane Min(CountingLane left, CountingLane right) => Counted();

    public static CountingLane Max(CountingLane left, CountingLane right) => Counted();

    public static CountingLane SelectLess(CountingLane left, CountingLane right, CountingLane whenLess, CountingLane otherwise) => default;

    public static CountingLane SplatBits(uint value) => default;

    public static CountingLane operator &(CountingLane left, CountingLane right) => default;

    public static CountingLane operator ^(CountingLane left, CountingLane right) => default;

    public static CountingLane AddBits(CountingLane left, CountingLane right) => default;

    public static CountingLane SubtractBits(CountingLane left, CountingLane right) => default;

    public static CountingLane ShiftLeft(CountingLane value, int count) => default;

    public static CountingLane ShiftRight(CountingLane value, int count) => default;

    public static CountingLane ShiftRightSigned(CountingLane value, int count) => default;

    public static CountingLane SignedToFloat(CountingLane bits) => default;

    static CountingLane IFloatLane<CountingLane>.Load(ref readonly float source, nint index) => default;

    void IFloatLane<CountingLane>.Store(ref float destination, nint index)
    {
    }

    private static CountingLane Counted(int operations = 1)
    {
        s_operations += operations;
        return default;
    }
}
