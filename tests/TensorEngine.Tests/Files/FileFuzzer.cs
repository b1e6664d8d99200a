using System.Diagnostics;
using System.Text;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>
/// Damages sound files at random and reads them. Each must be refused with <see cref="InvalidFileException"/> or be another sound file
/// that is read whole; anything else that happens is an exception that ends the run.
/// </summary>
internal static class FileFuzzer
{
    // Beyond 8 times the file and this nothing may be taken; what reading the content takes is counted apart.
    private const int Margin = 1 << 20;

    // What a number or a word is replaced by.
    private static readonly byte[][] s_tokens =
    [
        .. new[]
        {
            "0", "1", "2", "3", "4", "7", "8", "16", "-1", "1.0", "1e400", "255", "65536", "2147483647", "2147483648", "4294967296",
            "9223372036854775807", "18446744073709551615", "null", "true", "[]", "{}", "[0]", "\"\"", "\"F32\"", "\"F64\"", "\"F4\"", "\"U8\"",
            "\"BF16\"", "\"\\u0000\"", "\"\\ud800\"", "\"__metadata__\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", ",", ":", "(", ")", "()",
            "(1,)", "True", "False", "'<f4'", "'>f8'", "'|b1'", "'shape'", "2L", "}}", "[[[[",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Damages files of all formats in turn.</summary>
    /// <param name="folder">Where the damaged files go, one at a time.</param>
    /// <param name="seed">Of the damages.</param>
    /// <param name="mutations">How many.</param>
    public static FuzzOutcome Run(string folder, int seed, int mutations)
    {
        var random = new Random(seed);
        (string Extension, byte[] Content, Func<string, bool> Read)[] originals = [.. FuzzOriginals.Make(folder)];
        var outcome = new FuzzOutcome();
        for (int i = 0; i < mutations; i++)
        {
            (string extension, byte[] content, Func<string, bool> read) = originals[random.Next(originals.Length)];
            byte[] damaged = Damage(content, random, hasLength: string.Equals(extension, "safetensors", StringComparison.Ordinal));
            string path = Path.Combine(folder, $"fuzzed.{extension}");
            QuickFile.Write(path, damaged);
            long start = Stopwatch.GetTimestamp();
            try
            {
                outcome.Add(read(path), Stopwatch.GetElapsedTime(start));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Mutation {i} of seed {seed}, {path}: {Convert.ToHexString(damaged)}", exception);
            }
        }

        return outcome;
    }

    /// <summary>Whether a file is accepted; then all of it is read, and written again it says the same.</summary>
    public static bool TrySafeTensors(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        SafeTensorsFile file;
        try
        {
            file = SafeTensorsFile.Open(path);
        }
        catch (InvalidFileException)
        {
            CheckMemory(path, before, "refusing");
            return false;
        }

        using (file)
        {
            CheckMemory(path, before, "opening");
            var contents = new List<TensorContent>();
            byte[] bytes = File.ReadAllBytes(path);
            foreach (StoredTensor tensor in file.Tensors)
            {
                byte[] own = bytes[(int)tensor.Offset..(int)(tensor.Offset + tensor.ByteLength)];
                contents.Add(TensorContent.OfBytes(tensor.Name, tensor.Type, tensor.Lengths, own));
                if (tensor.IsReadAsFloat)
                    file.Read(tensor, new float[tensor.ElementCount]);
            }

            string again = path + ".again";
            Write(again, [.. contents], [.. file.Metadata]);
            using SafeTensorsFile second = SafeTensorsFile.Open(again);
            Check(second.Tensors.Select(tensor => tensor.ToString()).Order(StringComparer.Ordinal)
                .SequenceEqual(file.Tensors.Select(tensor => tensor.ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal), "tensors written again");
            Check(second.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .SequenceEqual(file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)), "metadata written again");
        }

        return true;
    }

    /// <summary>Whether a file is accepted; then its array is as long as it says.</summary>
    public static bool TryNpy(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        NumPyArray? array = null;
        try
        {
            array = NumPyFile.Load(path);
        }
        catch (InvalidFileException)
        {
            // Refused, as it may be.
        }

        CheckMemory(path, before, "reading");
        Check(array is null || Product(array.Lengths) == array.Values.Length, "length of the array");
        return array is not null;
    }

    /// <summary>Whether an archive is accepted; then its arrays are as long as they say.</summary>
    public static bool TryNpz(string path)
    {
        try
        {
            const long Most = 1 << 16;
            NumPyArrays arrays = NumPyArchive.Load(path, Most);
            Check(arrays.Values.All(array => Product(array.Lengths) == array.Values.Length), "length of an array");
            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }

    // As Save does, but without waiting for the disk.
    private static void Write(string path, TensorContent[] tensors, KeyValuePair<string, string>[] metadata)
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Save(stream, tensors, metadata);
        QuickFile.Write(path, stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static long Product(ReadOnlySpan<long> lengths)
    {
        long product = 1;
        foreach (long length in lengths)
            product *= length;
        return product;
    }

    private static void CheckMemory(string path, long before, string what)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Check(allocated <= (8 * new FileInfo(path).Length) + Margin, $"memory: {what} took {allocated} bytes");
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Wrong: {what}.");
    }

    private static byte[] Damage(byte[] content, Random random, bool hasLength)
    {
        var bytes = new List<byte>(content);
        int times = 1 + (random.Next(4) == 0 ? random.Next(8) : 0);
        int before = bytes.Count;
        bool inHeader = hasLength && random.Next(4) != 0;
        int end = inHeader ? Math.Min(before, 8 + BitConverter.ToInt32(content)) : before;
        int start = inHeader ? 8 : 0;
        for (int i = 0; i < times && end > start; i++)
        {
            int count = bytes.Count;
            DamageOnce(bytes, start + random.Next(end - start), random);
            end += bytes.Count - count;
        }

        // A length that fits lets the damage reach what lies behind the first check.
        if (inHeader && bytes.Count >= 8)
        {
            byte[] length = BitConverter.GetBytes((long)(BitConverter.ToInt32(content) + bytes.Count - before));
            for (int i = 0; i < length.Length; i++)
                bytes[i] = length[i];
        }

        return [.. bytes];
    }

    private static void DamageOnce(List<byte> bytes, int at, Random random)
    {
        int length = Math.Min(1 + random.Next(random.Next(2) == 0 ? 4 : 60), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]);
                break;
            case 6:
                bytes[at] = (byte)"0123456789{}[]\":,'()\\ "[random.Next(22)];
                break;
            default:
                ReplaceWord(bytes, at, s_tokens[random.Next(s_tokens.Length)]);
                break;
        }
    }

    // The letters or digits around a place, with quotation marks if they stand there.
    private static void ReplaceWord(List<byte> bytes, int at, byte[] token)
    {
        int first = at;
        int last = at;
        while (first > 0 && IsInWord(bytes[first - 1]))
            first--;
        while (last < bytes.Count && IsInWord(bytes[last]))
            last++;
        bytes.RemoveRange(first, last - first);
        bytes.InsertRange(first, token);

        static bool IsInWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'"' or (byte)'_' or (byte)'\'';
    }
}
