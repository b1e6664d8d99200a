namespace TensorEngine.Compression;

/// <summary>The values or gradients of a parameter in a store of bf16, for saving and loading.</summary>
/// <param name="Buffer">Where they are.</param>
/// <param name="Parameter">Whose they are.</param>
internal sealed record HalfTensor(HalfBuffer Buffer, Parameter Parameter) : ICodedState
{
    public Shape Shape => Parameter.Shape;

    public Memory<byte> Codes => Buffer.Bytes(Parameter.Offset, Parameter.Length);

    public Memory<byte> Scales => default;

    public string? ScaleName => null;

    public void Encode(ReadOnlySpan<float> source) => BFloat16.Round(source, Buffer.Span.Slice(Parameter.Offset, Parameter.Length));
}
