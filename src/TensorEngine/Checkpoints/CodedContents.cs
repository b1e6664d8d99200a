using System.Diagnostics.CodeAnalysis;
using TensorEngine.Compression;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>
/// Stores compressed state in a file: BF16 under the state's own name; or blocks, U8 under the state's own name and their scales, F8_E8M0
/// under STATE/scale, or STATE/unsigned_scale if the codes have no sign.
/// </summary>
internal static class CodedContents
{
    private static readonly Coding[] s_blocks = [Coding.SignedBlock, Coding.UnsignedBlock];

    /// <summary>Returns the tensors to write.</summary>
    public static IEnumerable<TensorContent> Of(string name, ICodedState codes)
    {
        long[] lengths = StoredTensor.LengthsOf(codes.Shape);
        if (codes.ScaleName is null)
        {
            yield return TensorContent.OfBytes(name, ElementType.BF16, lengths, LittleEndian(codes.Codes));
            yield break;
        }

        yield return TensorContent.OfBytes(name, ElementType.U8, lengths, codes.Codes);
        yield return TensorContent.OfBytes($"{name}/{codes.ScaleName}", ElementType.F8E8M0, [codes.Scales.Length], codes.Scales);
    }

    /// <summary>Returns whether a tensor has the codes of blocks, and their scales.</summary>
    public static bool TryFindScales(SafeTensorsFile file, StoredTensor stored, Shape shape, [NotNullWhen(true)] out StoredTensor? scales)
    {
        scales = null;
        if (stored.Type != ElementType.U8 || !stored.HasShape(shape))
            return false;
        long count = (shape.ElementCount + Codings.Block - 1) / Codings.Block;
        foreach (Coding coding in s_blocks)
        {
            if (file.TryGetValue($"{stored.Name}/{coding.ScaleName()}", out StoredTensor? found)
                && found.Type == ElementType.F8E8M0 && found.Lengths is [long length] && length == count)
            {
                scales = found;
            }
        }

        return scales is not null;
    }

    /// <summary>Returns whether the file's codes are of the same kind as the codes in memory.</summary>
    public static bool AreSame(ICodedState codes, StoredTensor stored, StoredTensor? scales) =>
        scales is null
            ? codes.ScaleName is null && stored.Type == ElementType.BF16
            : codes.ScaleName is { } name && scales.Name.AsSpan(stored.Name.Length + 1).SequenceEqual(name);

    /// <summary>Reads codes unchanged.</summary>
    public static void Read(SafeTensorsFile file, StoredTensor stored, StoredTensor? scales, ICodedState destination)
    {
        file.ReadBytes(stored, destination.Codes.Span);
        if (scales is not null)
            file.ReadBytes(scales, destination.Scales.Span);
        else if (!BitConverter.IsLittleEndian)
            ElementConversion.ReverseBytes(destination.Codes.Span, sizeof(ushort));
    }

    /// <summary>Reads the codes of blocks as floats.</summary>
    public static void ReadAsFloats(SafeTensorsFile file, StoredTensor stored, StoredTensor scales, Span<float> destination)
    {
        Coding coding = Array.Find(
            s_blocks, one => scales.Name.AsSpan(stored.Name.Length + 1).SequenceEqual(one.ScaleName()));
        var buffer = new CodeBuffer(coding, Codings.Padded(destination.Length), place: 0);
        file.ReadBytes(stored, buffer.Codes(0, destination.Length).Span);
        file.ReadBytes(scales, buffer.Scales(0, destination.Length).Span);
        buffer.Decode(0, destination);
    }

    private static ReadOnlyMemory<byte> LittleEndian(Memory<byte> codes)
    {
        if (BitConverter.IsLittleEndian)
            return codes;
        byte[] reversed = codes.ToArray();
        ElementConversion.ReverseBytes(reversed, sizeof(ushort));
        return reversed;
    }
}
