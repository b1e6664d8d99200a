namespace TensorEngine.Tests.Support;

/// <summary>A number that stands for the bits of many: FNV-1a, a word at a time.</summary>
public sealed class BitHash
{
    public ulong Value { get; private set; } = 0xCBF2_9CE4_8422_2325;

    /// <summary>All NaNs count as one.</summary>
    public void Add(double value)
    {
        ulong bits = double.IsNaN(value) ? 0x7FF8_0000_0000_0000 : BitConverter.DoubleToUInt64Bits(value);
        Value = (Value ^ bits) * 0x100_0000_01B3;
        Value ^= Value >> 32; // so that high bits reach low ones
    }
}
