using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>A tensor of a checkpoint and the memory that it is saved from or loaded into, either of floats or of doubles.</summary>
internal sealed record StateTensor(string Name, Shape Shape, Memory<float> Floats, Memory<double> Doubles)
{
    /// <summary>The values of a parameter.</summary>
    public static StateTensor ValuesOf(Parameter parameter) =>
        new(parameter.Name, parameter.Shape, parameter.Store.ValueBuffer.Memory.Slice(parameter.Offset, parameter.Length), default);

    public TensorContent ToContent() =>
        Doubles.IsEmpty
            ? TensorContent.Of(Name, Shape, (ReadOnlyMemory<float>)Floats)
            : TensorContent.Of(Name, Shape, (ReadOnlyMemory<double>)Doubles);

    /// <summary>Whether it can be read from a tensor of a file.</summary>
    public bool Fits(StoredTensor stored) =>
        stored.HasShape(Shape) && (Doubles.IsEmpty ? stored.IsReadAsFloat : stored.Type == ElementType.F64);

    public void Read(SafeTensorsFile file, StoredTensor stored, Transfer transfer)
    {
        if (Doubles.IsEmpty)
        {
            file.Read(stored, Floats.Span, transfer);
        }
        else
        {
            file.Read(stored, Doubles.Span);
            transfer.Advance(stored.ByteLength);
        }
    }

    public override string ToString() => $"{Name} {(Doubles.IsEmpty ? ElementType.F32 : ElementType.F64).Name()} {Shape}";
}
