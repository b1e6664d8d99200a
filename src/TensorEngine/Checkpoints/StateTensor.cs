using TensorEngine.Compression;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>
/// A tensor of a checkpoint and the memory from which it is saved or into which it is loaded, either of floats or of doubles.
/// </summary>
internal sealed record StateTensor
{
    private StateTensor(string name, Shape shape, Memory<float> floats, Memory<double> doubles) =>
        (Name, Shape, Floats, Doubles) = (name, shape, floats, doubles);

    public string Name { get; }

    public Shape Shape { get; }

    public Memory<float> Floats { get; }

    /// <summary>The index of the first float in the whole; above 0 only if just a part is present.</summary>
    public int Start { get; private init; }

    public Memory<double> Doubles { get; }

    /// <summary>The codes of compressed state, or of values of bf16, instead of floats; otherwise null.</summary>
    public ICodedState? Codes { get; private init; }

    /// <summary>The values of a parameter.</summary>
    public static StateTensor ValuesOf(Parameter parameter) => parameter.Store.HasHalves
        ? Of(parameter.Name, new HalfTensor(parameter.Store.HalfValueBuffer, parameter))
        : new(parameter.Name, parameter.Shape, parameter.Store.ValueBuffer.Memory.Slice(parameter.Offset, parameter.Length), default);

    /// <summary>The floats, one for each element of the shape.</summary>
    public static StateTensor Of(string name, Shape shape, Memory<float> memory)
    {
        Require.SameCount(memory.Length, shape, nameof(memory));
        return new(name, shape, memory, default);
    }

    /// <summary>Compressed state.</summary>
    public static StateTensor Of(string name, ICodedState codes) => new(name, codes.Shape, default, default) { Codes = codes };

    /// <summary>A part of the floats of the shape; for reading only.</summary>
    public static StateTensor PartOf(string name, Shape shape, Memory<float> memory, int start) =>
        new(name, shape, memory, default) { Start = start };

    /// <summary>The doubles, one for each element of the shape.</summary>
    public static StateTensor Of(string name, Shape shape, Memory<double> memory)
    {
        Require.SameCount(memory.Length, shape, nameof(memory));
        return new(name, shape, default, memory);
    }

    public IEnumerable<TensorContent> ToContents() =>
        Codes is not null
            ? CodedContents.Of(Name, Codes)
            : [
                Doubles.IsEmpty
                    ? TensorContent.Of(Name, Shape, (ReadOnlyMemory<float>)Floats)
                    : TensorContent.Of(Name, Shape, (ReadOnlyMemory<double>)Doubles),
            ];

    /// <summary>Returns whether it can be read from a tensor of a file.</summary>
    public bool Fits(StoredTensor stored) =>
        stored.HasShape(Shape) && (Doubles.IsEmpty ? stored.IsReadAsFloat || IsCounter(stored) : stored.Type == ElementType.F64);

    public void Read(SafeTensorsFile file, StoredTensor stored, Transfer transfer)
    {
        if (Floats.Length + Doubles.Length < Shape.ElementCount)
        {
            file.ReadPart(stored, Start, Floats.Span, transfer);
        }
        else if (IsCounter(stored))
        {
            long counter = 0;
            file.Read(stored, new Span<long>(ref counter));
            Floats.Span[0] = counter;
            transfer.Advance(stored.ByteLength);
        }
        else if (Doubles.IsEmpty)
        {
            file.Read(stored, Floats.Span, transfer);
        }
        else
        {
            file.Read(stored, Doubles.Span);
            transfer.Advance(stored.ByteLength);
        }
    }

    /// <summary>Reads state that is coded in the file or in the program.</summary>
    /// <param name="file">The file.</param>
    /// <param name="stored">The tensor of floats or codes.</param>
    /// <param name="scales">The scales of the codes; null if there are none, or the state is floats.</param>
    /// <param name="transfer">Receives the progress.</param>
    public void ReadCoded(SafeTensorsFile file, StoredTensor stored, StoredTensor? scales, Transfer transfer)
    {
        if (Codes is not null && CodedContents.AreSame(Codes, stored, scales))
        {
            CodedContents.Read(file, stored, scales, Codes);
        }
        else
        {
            float[] floats = new float[Shape.ElementCount];
            if (scales is null)
                file.Read(stored, floats);
            else
                CodedContents.ReadAsFloats(file, stored, scales, floats);
            if (Codes is not null)
                Codes.Encode(floats);
            else
                floats.CopyTo(Floats);
        }

        transfer.Advance(stored.ByteLength);
    }

    // PyTorch's num_batches_tracked, which is a float here.
    private static bool IsCounter(StoredTensor stored) => stored.Type == ElementType.I64 && stored.Lengths.IsEmpty;

    public override string ToString() => $"{Name} {(Doubles.IsEmpty ? ElementType.F32 : ElementType.F64).Name()} {Shape}";
}
