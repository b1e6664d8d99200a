using System.Buffers.Binary;
using TensorEngine.Files;

namespace TensorEngine.Tests.Files;

/// <summary>
/// What a fuzzer reads, and what must hold of every input: it is refused with the exception that the reader documents, taking little
/// memory, or read whole. Anything else is an exception.
/// </summary>
internal static class FuzzTarget
{
    // Beyond 8 times the input and this nothing may be taken for a header.
    private const int Margin = 1 << 20;

    // What the arrays of an archive may have when unpacked.
    private const long MostUnpacked = 1 << 16;

    /// <summary>The names of the readers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["safetensors", "npy", "npz", "checkpoint"];

    /// <summary>The reader of that name; it says whether it accepts an input.</summary>
    public static Func<ReadOnlySpan<byte>, bool> Named(string name) => name switch
    {
        "safetensors" => SafeTensors,
        "npy" => Npy,
        "npz" => Npz,
        "checkpoint" => new FuzzRun().Load,
        _ => throw new ArgumentException($"There is no reader \"{name}\"; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    /// <summary>
    /// An input as the reader gets it. One that begins with a brace is a header alone, up to the first zero, with what follows behind
    /// it: its length is put before it, as a damaged length would hide all the rest.
    /// </summary>
    public static byte[] SafeTensorsInput(ReadOnlySpan<byte> input)
    {
        if (input is not [(byte)'{', ..])
            return input.ToArray();
        int zero = input.IndexOf((byte)0);
        int header = zero < 0 ? input.Length : zero;
        byte[] file = new byte[sizeof(long) + input.Length - (zero < 0 ? 0 : 1)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header);
        input[..header].CopyTo(file.AsSpan(sizeof(long)));
        if (zero >= 0)
            input[(zero + 1)..].CopyTo(file.AsSpan(sizeof(long) + header));
        return file;
    }

    private static bool SafeTensors(ReadOnlySpan<byte> input)
    {
        byte[] bytes = SafeTensorsInput(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SafeTensorsFile file;
        try
        {
            file = SafeTensorsFile.Open(new MemoryStream(bytes));
        }
        catch (InvalidFileException)
        {
            CheckMemory(bytes.Length, before);
            return false;
        }

        using (file)
        {
            CheckMemory(bytes.Length, before);
            CheckContent(file, bytes);
        }

        return true;
    }

    /// <summary>What was accepted can be read, and written again it says the same.</summary>
    private static void CheckContent(SafeTensorsFile file, byte[] bytes)
    {
        var contents = new List<TensorContent>();
        foreach (StoredTensor tensor in file.Tensors)
        {
            byte[] own = bytes[(int)tensor.Offset..(int)(tensor.Offset + tensor.ByteLength)];
            contents.Add(TensorContent.OfBytes(tensor.Name, tensor.Type, tensor.Lengths, own));
            if (tensor.IsReadAsFloat)
                file.Read(tensor, new float[tensor.ElementCount]);
        }

        using var again = new MemoryStream();
        SafeTensorsFile.Save(again, contents, [.. file.Metadata]);
        again.Position = 0;
        using SafeTensorsFile second = SafeTensorsFile.Open(again);
        Check(second.Tensors.Count == file.Tensors.Count, "number of tensors written again");
        foreach (StoredTensor tensor in file.Tensors)
            Check(string.Equals(second[tensor.Name].ToString(), tensor.ToString(), StringComparison.Ordinal), "tensor written again");
        Check(second.Metadata.Count == file.Metadata.Count, "number of texts written again");
        foreach ((string key, string text) in file.Metadata)
            Check(string.Equals(second.Metadata[key], text, StringComparison.Ordinal), "text written again");
    }

    /// <summary>One that begins with a brace is the header's dictionary up to the first zero, with the data behind it.</summary>
    private static byte[] NpyInput(ReadOnlySpan<byte> input)
    {
        if (input is not [(byte)'{', ..])
            return input.ToArray();
        int zero = input.IndexOf((byte)0);
        int header = zero < 0 ? input.Length : zero;
        byte[] length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)(header + 1));
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. input[..header], (byte)'\n', .. zero < 0 ? default : input[(zero + 1)..]];
    }

    private static bool Npy(ReadOnlySpan<byte> input)
    {
        byte[] bytes = NpyInput(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            NumPyArray array = NumPyFile.Load(new MemoryStream(bytes));
            CheckMemory(bytes.Length, before);
            CheckLength(array);
            return true;
        }
        catch (InvalidFileException)
        {
            CheckMemory(bytes.Length, before);
            return false;
        }
    }

    private static bool Npz(ReadOnlySpan<byte> input)
    {
        try
        {
            foreach (NumPyArray array in NumPyArchive.Load(new MemoryStream(input.ToArray()), MostUnpacked).Values)
                CheckLength(array);
            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }

    private static void CheckLength(NumPyArray array)
    {
        long product = 1;
        foreach (long length in array.Lengths)
            product *= length;
        Check(product == array.Values.Length, "length of an array");
    }

    private static void CheckMemory(long length, long before)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Check(allocated <= (8 * length) + Margin, "memory");
    }

    /// <summary>Ends the run if what must hold does not.</summary>
    public static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong: {what}.");
    }
}
