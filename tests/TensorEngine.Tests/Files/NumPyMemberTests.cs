using System.Buffers.Binary;
using System.IO.Compression;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>Archives that others write: what can be read is read, whatever lies beside it, and what was left out is named.</summary>
public sealed class NumPyMemberTests
{
    private const int BZip2 = 12;
    private const int ZStandard = 93;

    private static readonly byte[] s_four =
    [
        .. NumPyBytes.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 0),
        0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64,
    ];

    /// <summary>Members that are no arrays that can be read, and why.</summary>
    public static IEnumerable<TestCaseData> Unreadable =>
    [
        Case("y.npy", Npy("'<U7'", 28), "The descr is \"<U7\""),
        Case("format.npy", Npy("'|S3'", 3), "The descr is \"|S3\""),
        Case("complex.npy", Npy("'<c16'", 16), "The descr is \"<c16\""),
        Case("long.npy", Npy("'<f16'", 16), "The descr is \"<f16\""),
        Case("objects.npy", Npy("'|O'", 5), "The descr is \"|O\""),
        Case("times.npy", Npy("'<M8[s]'", 8), "The descr is \"<M8[s]\""),
        Case("void.npy", Npy("'|V4'", 4), "The descr is \"|V4\""),
        Case("records.npy", Npy("[('a', '<f4'), ('b', '<i8')]", 12), "The descr is a list"),
        Case("future.npy", NumPyBytes.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, version: 4), "The version is 4.0"),
        Case(
            "wide.npy",
            NumPyBytes.Make($"{{'descr': [{string.Join(", ", Enumerable.Repeat("('a', '<f4')", 1000))}], }}", 4, version: 2),
            "The header claims 14014 bytes; at most 10000"),
        Case("sub/", [], "It is a folder."),
        Case("README.txt", "Read me."u8.ToArray(), "It is no .npy file."),
        Case("a.NPY", s_four, "It is no .npy file."),
        Case("nothing", [], "It is no .npy file."),
    ];

    [TestCaseSource(nameof(Unreadable))]
    public void AnArrayIsReadBesideAMemberThatCannotBe(string name, byte[] content, string reason)
    {
        NumPyArrays arrays = NumPyArchive.Load(Archive(("X.npy", s_four), (name, content)));
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "X" }));
        Assert.That(arrays["X"].Values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
        LeftOutMember leftOut = arrays.LeftOut.Single();
        Assert.That(leftOut.Name, Is.EqualTo(name));
        Assert.That(leftOut.Reason, Does.StartWith(reason));
        Assert.That(arrays.ToString(), Is.EqualTo("1 array, 1 member left out"));
        if (name.EndsWith(".npy", StringComparison.Ordinal))
            Refusal.Of<KeyNotFoundException>(() => _ = arrays[name[..^4]], $"\"{name[..^4]}\" was left out. {reason}");
        Refusal.Of<KeyNotFoundException>(() => _ = arrays["Z"], "no array \"Z\"", "1 array, 1 member left out");
    }

    [Test]
    public void EverythingThatWasLeftOutIsNamedInTheOrderOfTheArchive()
    {
        (string Name, byte[] Content)[] unreadable = [.. Unreadable.Select(one => ((string)one.Arguments[0]!, (byte[])one.Arguments[1]!))];
        NumPyArrays arrays = NumPyArchive.Load(Archive([.. unreadable, ("X.npy", s_four), ("Y.npy", s_four)]));
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "X", "Y" }));
        Assert.That(arrays.LeftOut.Select(member => member.Name), Is.EqualTo(unreadable.Select(member => member.Name)));
        Assert.That(NumPyArchive.Load(Archive(("a.txt", []))).Count, Is.Zero);
    }

    [Test]
    public void WhatIsEncryptedOrPackedInAnotherWayIsLeftOut()
    {
        byte[] encrypted = Archive(("X.npy", s_four), ("secret.npy", s_four)).ToArray();
        byte[] packed = [.. encrypted], packed64 = [.. encrypted];
        int[] headers = [IndexOf(encrypted, "PK\u0003\u0004"u8), IndexOf(encrypted, "PK\u0001\u0002"u8)];
        encrypted[headers[0] + 6] |= 1;
        encrypted[headers[1] + 8] |= 1;
        Assert.That(LeftOut(encrypted), Is.EqualTo("It is encrypted."));
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(headers[0] + 8), BZip2);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(headers[1] + 10), BZip2);
        Assert.That(LeftOut(packed), Does.StartWith("It is packed by method 12 of zip"));
        BinaryPrimitives.WriteUInt16LittleEndian(packed64.AsSpan(headers[0] + 8), ZStandard);
        BinaryPrimitives.WriteUInt16LittleEndian(packed64.AsSpan(headers[1] + 10), ZStandard);
        Assert.That(LeftOut(packed64), Does.StartWith("It is packed by method 93 of zip"));

        static string LeftOut(byte[] archive)
        {
            NumPyArrays arrays = NumPyArchive.Load(new MemoryStream(archive));
            Assert.That(arrays["X"].Values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
            Assert.That(arrays.LeftOut.Single().Name, Is.EqualTo("secret.npy"));
            return arrays.LeftOut[0].Reason;
        }

        // Those of the second member.
        static int IndexOf(byte[] archive, ReadOnlySpan<byte> signature)
        {
            int first = archive.AsSpan().IndexOf(signature) + 1;
            return first + archive.AsSpan(first).IndexOf(signature);
        }
    }

    /// <summary>A member that claims to be an array and is damaged is no reason to be silent.</summary>
    [TestCase(0, "starts with")]
    [TestCase(20, "descr")]
    [TestCase(23, "checksum")]
    [TestCase(-1, "checksum")]
    public void ADamagedArrayIsRefused(int at, string reason)
    {
        byte[] archive = Archive(("X.npy", s_four), ("Y.npy", s_four)).ToArray();
        archive[archive.AsSpan().LastIndexOf(s_four) + (at < 0 ? s_four.Length + at : at)] ^= 0x41;
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(new MemoryStream(archive)), "(\"Y.npy\")", reason);
    }

    [TestCase("dense/kernel:0")]
    [TestCase("model/layer:weights/kernel:0")]
    [TestCase("a\\b")]
    [TestCase("")]
    [TestCase("...")]
    [TestCase("a..b/..c/d..")]
    [TestCase("1:a")]
    [TestCase(":a")]
    [TestCase("äß 日本 \U0001F600")]
    [TestCase("a.npy")]
    [TestCase("a*?<>|\"'\n\t")]
    [TestCase("folder/")]
    [TestCase("./a")]
    public void ANameThatLeadsNowhereElseIsReadAndWritten(string name)
    {
        var memory = new MemoryStream();
        NumPyArchive.Save(memory, [TensorContent.Of(name, [2], new float[] { 1, 2 })]);
        memory.Position = 0;
        NumPyArrays arrays = NumPyArchive.Load(memory);
        Assert.That(arrays.Keys, Is.EqualTo(new[] { name }));
        Assert.That(arrays[name].Values, Is.EqualTo(new float[] { 1, 2 }));
        Assert.That(arrays.LeftOut, Is.Empty);
    }

    [TestCase("..")]
    [TestCase("../a")]
    [TestCase("a/../b")]
    [TestCase("a/..")]
    [TestCase("..\\a")]
    [TestCase("a\\..\\b")]
    [TestCase("/a")]
    [TestCase("\\a")]
    [TestCase("C:a")]
    [TestCase("c:/a")]
    [TestCase("C:")]
    public void ANameThatLeadsElsewhereIsNeitherReadNorWritten(string name)
    {
        Refusal.OfArgument<ArgumentException>(
            "arrays", () => NumPyArchive.Save(new MemoryStream(), [TensorContent.Of(name, [], new float[1])]), $"\"{name}\"", "leads out");
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(Archive((name + ".npy", s_four))), $"\"{name}.npy\"", "leads out");
    }

    [Test]
    public void ANameAsLongAsZipAllowsIsWritten()
    {
        string longest = new('a', 65_531);
        var memory = new MemoryStream();
        NumPyArchive.Save(memory, [TensorContent.Of(longest, [], new float[] { 5 })]);
        Assert.That(NumPyArchive.Load(new MemoryStream(memory.ToArray()))[longest].Values, Is.EqualTo(new float[] { 5 }));
        Refusal.OfArgument<ArgumentException>(
            "arrays",
            () => NumPyArchive.Save(memory, [TensorContent.Of(longest + "a", [], new float[1])]),
            "of 65532 bytes; zip allows 65531");
    }

    /// <summary>What is left out takes nothing of the memory that the arrays may take.</summary>
    [Test]
    public void OnlyWhatIsReadCountsAgainstTheLimit()
    {
        MemoryStream archive = Archive(("X.npy", s_four), ("large.npy", Npy("'<U7'", 100_000)), ("large.bin", new byte[100_000]));
        Assert.That(NumPyArchive.Load(archive, maximumBytes: s_four.Length).Count, Is.EqualTo(1));
        archive.Position = 0;
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(archive, maximumBytes: s_four.Length - 1), "more than maximumBytes");
    }

    /// <summary>What is left out is unpacked to see whether it is damaged, up to as many bytes as the arrays may have.</summary>
    [Test]
    public void ADamagedMemberOfAnUnknownTypeIsRefusedWithinTheLimit()
    {
        byte[] text = Npy("'<U7'", 28);
        byte[] archive = Archive(("sound.npy", text), ("damaged.npy", text)).ToArray();
        archive[archive.AsSpan().LastIndexOf(text) + text.Length - 1] ^= 1;
        Refusal.Of<InvalidFileException>(() => Load(2 * text.Length), "(\"damaged.npy\")", "checksum");
        Assert.That(Load((2 * text.Length) - 1).LeftOut, Has.Count.EqualTo(2));

        NumPyArrays Load(long most) => NumPyArchive.Load(new MemoryStream(archive), most);
    }

    /// <summary>An archive with places beyond 4 GiB says them elsewhere; here it is small and says them there all the same.</summary>
    [Test]
    public void TheDirectoryOfALargeArchiveIsFound()
    {
        byte[] archive = Archive(("X.npy", s_four)).ToArray();
        int end = archive.AsSpan().LastIndexOf("PK\u0005\u0006"u8), start = BitConverter.ToInt32(archive, end + 16);
        byte[] end64 = [.. "PK\u0006\u0006"u8, .. new byte[52]], locator = [.. "PK\u0006\u0007"u8, .. new byte[16]];
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(24), 1);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(32), 1);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(40), end - start);
        BinaryPrimitives.WriteInt64LittleEndian(end64.AsSpan(48), start);
        BinaryPrimitives.WriteInt64LittleEndian(locator.AsSpan(8), end);
        BinaryPrimitives.WriteInt32LittleEndian(locator.AsSpan(16), 1);
        archive.AsSpan(end + 8, 12).Fill(0xFF);
        byte[] large = [.. archive[..end], .. end64, .. locator, .. archive[end..]];
        Assert.That(ZipDirectory.Methods(new MemoryStream(large), 1), Has.Length.EqualTo(1));
        Assert.That(NumPyArchive.Load(new MemoryStream(large))["X"].Values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
        Assert.That(ZipDirectory.Methods(new MemoryStream(new byte[10]), 1), Is.Empty);
    }

    /// <summary>What stands between the members' entries in the directory, and behind it, is skipped to the byte.</summary>
    [TestCase("", "", 0)]
    [TestCase("of the member", "", 0)]
    [TestCase("", "of the archive", 0)]
    [TestCase("", "", 4)]
    [TestCase("of the member", "of the archive", 4)]
    public void AMemberIsFoundBehindCommentsAndExtraFields(string comment, string archiveComment, int extra)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.Comment = archiveComment;
            foreach (string name in new[] { "X.npy", "packed.npy" })
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
                entry.Comment = comment;
                using Stream member = entry.Open();
                member.Write(s_four);
            }
        }

        byte[] bytes = memory.ToArray();
        int first = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8), second = first + 1 + bytes.AsSpan(first + 1).IndexOf("PK\u0001\u0002"u8);
        int end = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(second + 10), BZip2);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(first + 30), (ushort)extra);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(end + 12), BitConverter.ToInt32(bytes, end + 12) + extra);
        int behindName = first + 46 + "X.npy".Length;
        byte[] field = [0xFE, 0xCA, 0, 0];
        NumPyArrays arrays = NumPyArchive.Load(new MemoryStream([.. bytes[..behindName], .. field[..extra], .. bytes[behindName..]]));
        Assert.That(arrays["X"].Values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
        Assert.That(arrays.LeftOut.Single().Reason, Does.StartWith("It is packed by method 12 of zip"));
    }

    private static byte[] Npy(string descr, int dataLength) =>
        NumPyBytes.Make($"{{'descr': {descr}, 'fortran_order': False, 'shape': (), }}", dataLength);

    private static MemoryStream Archive(params (string Name, byte[] Content)[] members)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in members)
            {
                using Stream member = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                member.Write(content);
            }
        }

        memory.Position = 0;
        return memory;
    }

    private static TestCaseData Case(string name, byte[] content, string reason) =>
        new TestCaseData(name, content, reason).SetArgDisplayNames(name);
}
