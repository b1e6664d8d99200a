namespace TensorEngine.Compression;

/// <summary>The codes of one kind of state of a parameter, for saving and loading.</summary>
/// <param name="Buffer">Where the codes are.</param>
/// <param name="Offset">Where the parameter starts there, in elements.</param>
/// <param name="Shape">The parameter's shape.</param>
/// <param name="State">The number of the state, which the dither depends on.</param>
internal sealed record CodedTensor(CodeBuffer Buffer, int Offset, Shape Shape, int State) : ICodedState
{
    private int Length => (int)Shape.ElementCount;

    public Memory<byte> Codes => Buffer.Codes(Offset, Length);

    public Memory<byte> Scales => Buffer.Scales(Offset, Length);

    public string? ScaleName => Buffer.Coding.ScaleName();

    public void Encode(ReadOnlySpan<float> source) => Buffer.Encode(source, Offset, State);
}
