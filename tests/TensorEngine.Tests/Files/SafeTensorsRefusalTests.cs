using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>A wrong file is refused before any of it is read, with the reason and the byte, in little memory.</summary>
public sealed class SafeTensorsRefusalTests
{
    private const string Small =
        """{"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"bias":{"dtype":"F16","shape":[1],"data_offsets":[8,10]}}""";

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(typeof(SafeTensorsCases), nameof(SafeTensorsCases.All))]
    public void AWrongFileIsRefusedWithTheReasonAndTheByte(SafeTensorsCase wrong)
    {
        string path = _folder.Write("wrong.safetensors", wrong.Bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidFileException refused = Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(path).Dispose(), path, wrong.Reason);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(refused.Offset, Is.EqualTo(wrong.Offset));
        Assert.That(refused.Message, Is.EqualTo($"{path}, byte {wrong.Offset}: {refused.Reason}").And.Length.LessThan(1000));
        Assert.That(allocated, Is.LessThan((8 * wrong.Bytes.Length) + (1 << 20)));
    }

    [Test]
    public void TheCasesAreManyAndNamed()
    {
        string[] names = [.. SafeTensorsCases.All.Select(wrong => wrong.Name)];
        Assert.That(names, Is.Unique.And.Length.AtLeast(40));
    }

    [TestCase("{}      ", 0, TestName = "Blanks after the object")]
    [TestCase(" \t\r\n{}\r\n\t ", 0, TestName = "White space around the object")]
    [TestCase("""{ "a" : { "dtype" : "F32" , "shape" : [ ] , "data_offsets" : [ 0 , 4 ] } }""", 4, TestName = "White space within the object")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2,0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, TestName = "Empty tensors at one offset")]
    [TestCase("""{"b":{"dtype":"U8","shape":[],"data_offsets":[1,2]},"a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"}}""", 2, TestName = "Unsorted")]
    [TestCase("""{"a":{"d\u0074ype":"\u00468_E4M3","shape":[],"data_offsets":[0,1]}}""", 1, TestName = "Escapes")]
    [TestCase("""{"a":{"dtype":"U8","shape":[0,1000000000000000000],"data_offsets":[0,0]}}""", 0, TestName = "A length of 0 beside a huge one")]
    [TestCase("""{"":{"dtype":"F4","shape":[2],"data_offsets":[0,1]},"\ud83d\ude00":{"dtype":"F6_E3M2","shape":[4],"data_offsets":[1,4]}}""", 4, TestName = "Parts of bytes that fill bytes")]
    [TestCase("""{"__metadata__":{}}""", 0, TestName = "Empty metadata")]
    [TestCase("""{"__metadata__":null}""", 0, TestName = "Metadata that is null")]
    [TestCase("""{"__metadata__":null,"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, TestName = "Null metadata, and a tensor")]
    public void AnUnusualFileIsAccepted(string header, int dataLength)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(_folder.Write("unusual.safetensors", SafeTensorsCase.File(header, dataLength)));
        Assert.That(file.Tensors.Sum(tensor => tensor.ByteLength), Is.EqualTo(dataLength));
    }

    [Test]
    public void AFileCutOffAtAnyByteIsRefused()
    {
        byte[] whole = SafeTensorsCase.File(Small, 10);
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut.safetensors", whole.AsSpan(0, length));
            InvalidFileException refused = Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(path).Dispose());
            Assert.That(refused.Offset, Is.InRange(0, whole.Length), $"cut off at {length}");
        }
    }

    /// <summary>A bit may turn a name into another; then the file is sound and says so. Whatever it says fits its length.</summary>
    [Test]
    public void AnyBitOfTheHeaderFlippedIsRefusedOrMakesAnotherSoundFile()
    {
        byte[] whole = SafeTensorsCase.File(Small, 10);
        int header = 8 + Small.Length;
        int refused = 0;
        int sound = 0;
        for (int bit = 0; bit < 8 * header; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = _folder.Write("flipped.safetensors", flipped);
            if (FileFuzzer.TrySafeTensors(path))
                sound++;
            else
                refused++;
        }

        Assert.That(refused + sound, Is.EqualTo(8 * header));
        Assert.That(refused, Is.GreaterThan(sound));
        Assert.That(sound, Is.Positive);
    }

    [Test]
    public void RandomMutationsNeverHarm()
    {
        FuzzOutcome outcome = FileFuzzer.Run(_folder.Folder, seed: 20240601, mutations: 4000);
        Assert.That(outcome.Refused, Is.GreaterThan(2000), outcome.ToString());
        Assert.That(outcome.Accepted, Is.GreaterThan(100), outcome.ToString());
    }
}
