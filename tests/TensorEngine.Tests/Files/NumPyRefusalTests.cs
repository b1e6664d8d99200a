using System.IO.Compression;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>A wrong .npy or .npz file is refused with the reason, before memory is taken for what it claims.</summary>
public sealed class NumPyRefusalTests
{
    private const string Sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    private readonly TemporaryFolder _folder = new();

    private string ArchivePath => _folder.PathOf("archive.npz");

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(typeof(NumPyCases), nameof(NumPyCases.All))]
    public void AWrongFileIsRefusedWithTheReasonAndTheByte(NumPyCase wrong)
    {
        string path = _folder.Write("wrong.npy", wrong.Bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidFileException refused = Refusal.Of<InvalidFileException>(() => NumPyFile.Load(path), path, wrong.Reason);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((8 * wrong.Bytes.Length) + (1 << 20)));
        Assert.That(refused.Offset, Is.EqualTo(wrong.Offset));
        Assert.That(refused.Message, Has.Length.LessThan(1000));
    }

    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", 2, TestName = "Long integers of Python 2")]
    [TestCase("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}", 1, TestName = "Other order, other quotation marks, no blanks")]
    [TestCase(" \t{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) }   ", 3, TestName = "Blanks everywhere")]
    public void AnUnusualHeaderIsAccepted(string header, byte version) =>
        Assert.That(NumPyFile.Load(_folder.Write("unusual.npy", NumPyBytes.Make(header, 24, version))).HasShape([2, 3]));

    [Test]
    public void AFileCutOffAtAnyByteIsRefused()
    {
        byte[] whole = NumPyBytes.Make(Sound, 24);
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut.npy", whole.AsSpan(0, length));
            Refusal.Of<InvalidFileException>(() => NumPyFile.Load(path), path);
        }
    }

    [Test]
    public void AnyBitOfTheHeaderFlippedIsRefusedOrMakesAnotherSoundFile()
    {
        byte[] whole = NumPyBytes.Make(Sound, 24);
        int sound = 0;
        int bits = 8 * (whole.Length - 24);
        for (int bit = 0; bit < bits; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            sound += FileFuzzer.TryNpy(_folder.Write("flipped.npy", flipped)) ? 1 : 0;
        }

        Assert.That(sound, Is.InRange(1, bits / 4));
    }

    [TestCase("../a.npy", "leads out")]
    [TestCase("a/../../b.npy", "leads out")]
    [TestCase("/a.npy", "leads out")]
    [TestCase("..\\b.npy", "leads out")]
    [TestCase("C:a.npy", "leads out")]
    public void AMemberOfThatNameIsRefused(string name, string reason)
    {
        WriteArchive(CompressionLevel.NoCompression, name);
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(ArchivePath), ArchivePath, name, reason);
    }

    [Test]
    public void TwoMembersOfOneNameAreRefused()
    {
        WriteArchive(CompressionLevel.NoCompression, "a.npy", "b.npy", "a.npy");
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(ArchivePath), "\"a.npy\" appears twice");
    }

    [Test]
    public void AWrongMemberIsRefusedByItsName()
    {
        byte[] content = NumPyBytes.Make("{'descr': 3, }", 8);
        WriteArchive(CompressionLevel.Optimal, [("sound.npy", NumPyBytes.Make(Sound, 24)), ("wrong.npy", content)]);
        InvalidFileException refused = Refusal.Of<InvalidFileException>(
            () => NumPyArchive.Load(ArchivePath), $"{ArchivePath} (\"wrong.npy\"), byte 20", "descr is not a text");
        Assert.That(refused.Offset, Is.EqualTo(20));
    }

    [Test]
    public void ABombIsRefusedBeforeItIsUnpacked()
    {
        const int Elements = 50_000_000;
        WriteArchive(CompressionLevel.Fastest, [("bomb.npy", NumPyBytes.Make($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({Elements},), }}", Elements))]);
        Assert.That(new FileInfo(ArchivePath).Length, Is.LessThan(1 << 20));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(ArchivePath, maximumBytes: Elements), $"more than maximumBytes, {Elements}");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        Refusal.OfArgument<ArgumentOutOfRangeException>("maximumBytes", () => NumPyArchive.Load(ArchivePath, -1), "-1");
    }

    [Test]
    public void ADamagedByteOfTheDataIsNoticed()
    {
        byte[] content = [.. NumPyBytes.Make(Sound, 0), .. Enumerable.Range(0, 24).Select(i => (byte)(i * 37))];
        WriteArchive(CompressionLevel.NoCompression, [("a.npy", content)]);
        byte[] archive = File.ReadAllBytes(ArchivePath);
        int start = archive.AsSpan().IndexOf(content);
        for (int i = 0; i < content.Length; i++)
        {
            byte[] damaged = [.. archive];
            damaged[start + i] ^= 1;
            string path = _folder.Write("damaged.npz", damaged);
            Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(path), path);
        }
    }

    [Test]
    public void AFalseChecksumIsRefused()
    {
        WriteArchive(CompressionLevel.NoCompression, "a.npy");
        byte[] archive = File.ReadAllBytes(ArchivePath);
        archive[archive.AsSpan().IndexOf("PK\u0001\u0002"u8) + 16] ^= 1;
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(_folder.Write("checksum.npz", archive)), "checksum");
    }

    [Test]
    public void WhatIsNoArchiveIsRefused()
    {
        WriteArchive(CompressionLevel.NoCompression, "a.npy", "b.npy");
        byte[] archive = File.ReadAllBytes(ArchivePath);
        for (int length = 0; length < archive.Length; length++)
            Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(_folder.Write("cut.npz", archive.AsSpan(0, length))), "zip archive");
    }

    [Test]
    public void AClaimThatThePackedBytesCannotHoldIsRefused()
    {
        WriteArchive(CompressionLevel.Optimal, "a.npy");
        byte[] archive = File.ReadAllBytes(ArchivePath);
        BitConverter.GetBytes(900_000_000).CopyTo(archive, archive.AsSpan().IndexOf("PK\u0001\u0002"u8) + 24);
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(_folder.Write("claim.npz", archive)), "claims 900000000 bytes", "cannot hold");
    }

    private void WriteArchive(CompressionLevel level, params string[] names) =>
        WriteArchive(level, [.. names.Select(name => (name, NumPyBytes.Make(Sound, 24)))]);

    private void WriteArchive(CompressionLevel level, (string Name, byte[] Content)[] members)
    {
        using var file = new FileStream(ArchivePath, FileMode.Create);
        using var archive = new ZipArchive(file, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in members)
        {
            using Stream member = archive.CreateEntry(name, level).Open();
            member.Write(content);
        }
    }
}
