using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;

namespace TensorEngine.Tests.Samples;

/// <summary>The digits sample as a process: what it prints, writes and returns.</summary>
[Category("Slow")]
public class DigitsProgramTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("digits").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_short_run_writes_its_results_and_curves()
    {
        SampleProcess.Outcome outcome = Run("--epochs", "1", "--optimizer", "adam", "--optimizer", "sgd", "--hidden", "20", "--output", _folder);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("SHA-256").And.Contain("Adam").And.Not.Contain("\u001b"));

        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "results.json")));
        JsonElement[] entries = [.. results.RootElement.EnumerateArray()];
        Assert.That(string.Join(' ', entries.Select(entry => entry.GetProperty("optimizer").GetString())), Is.EqualTo("Adam SGD"));
        Assert.That(
            string.Join(' ', entries[0].EnumerateObject().Select(property => property.Name)),
            Is.EqualTo("optimizer initializer seed loss accuracy steps microsecondsPerStep weightsSha256"));
        Assert.That(entries[0].GetProperty("steps").GetInt32(), Is.EqualTo(1437 / 128));
        Assert.That(entries[0].GetProperty("weightsSha256").GetString(), Does.Match("^[0-9a-f]{64}$"));

        XElement chart = XDocument.Load(Path.Combine(_folder, "loss.svg")).Root!;
        string text = string.Join('|', chart.Descendants().Where(element => string.Equals(element.Name.LocalName, "text", StringComparison.Ordinal)).Select(element => element.Value));
        Assert.That(text, Does.Contain("Adam").And.Contain("SGD").And.Contain("loss").IgnoreCase.And.Contain("step").IgnoreCase);
    }

    [Test]
    public void The_report_is_one_page_with_every_picture()
    {
        SampleProcess.Outcome outcome = SampleProcess.Run("Digits", _folder, "--epochs", "3", "--optimizer", "sgd", "--initializer", "std0.01,xavier,he");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        string folder = Path.Combine(_folder, "out", "digits");
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "results.json")));
        Assert.That(
            string.Join(' ', results.RootElement.EnumerateArray().Select(entry => entry.GetProperty("initializer").GetString())),
            Is.EqualTo("std0.01 xavier he"));
        ReportPage page = ReportPage.Read(folder);
        Assert.That(page.Text, Does.Contain("dotnet run -c Release --project samples/Digits -- --epochs 3 --optimizer sgd --initializer std0.01,xavier,he"));
        Assert.That(page.Pictures, Is.EqualTo(new[] { "How the training loss falls", "How the test accuracy rises", "Which digits are mistaken for which", "Digits that SGD, He misreads" }));
        foreach (string picture in new[] { "loss", "accuracy", "confusion", "misread" })
            Assert.That(XDocument.Load(Path.Combine(folder, $"{picture}.svg")).Root!.Name.LocalName, Is.EqualTo("svg"));
    }

    [Test]
    public void Pictures_and_page_are_the_same_to_the_byte()
    {
        string[] arguments = ["--epochs", "2", "--optimizer", "adamw", "--schedule", "cosine", "--warmup", "10", "--weight-decay", "0.1", "--clip-norm", "1"];
        string[] folders = ["a", "b"];
        foreach (string folder in folders)
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
            Assert.That(SampleProcess.Run("Digits", Path.Combine(_folder, folder), arguments).ExitCode, Is.Zero);
        }

        foreach (string name in new[] { "loss.svg", "accuracy.svg", "confusion.svg", "misread.svg", "report.html" })
        {
            byte[][] contents = [.. folders.Select(folder => File.ReadAllBytes(Path.Combine(_folder, folder, "out", "digits", name)))];
            Assert.That(contents[1], Is.EqualTo(contents[0]), name);
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        string first = Digest("1"), again = Digest("1"), other = Digest("2");
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));

        string Digest(string seed)
        {
            SampleProcess.Outcome outcome = Run("--epochs", "1", "--optimizer", "adagrad", "--hidden", "10", "--seed", seed, "--output", _folder);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
            using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "results.json")));
            return results.RootElement[0].GetProperty("weightsSha256").GetString()!;
        }
    }

    [Test]
    public void The_weights_do_not_depend_on_the_number_of_threads()
    {
        Assert.That(Digest("3"), Is.EqualTo(Digest("1")));

        // Large enough for the products and the steps to be shared.
        string Digest(string threads)
        {
            SampleProcess.Outcome outcome = Run("--epochs", "1", "--optimizer", "adam", "--hidden", "400,300", "--threads", threads, "--output", _folder);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
            using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "results.json")));
            return results.RootElement[0].GetProperty("weightsSha256").GetString()!;
        }
    }

    [TestCase("--epochs", "0")]
    [TestCase("--threads", "0")]
    [TestCase("--epochs", "many")]
    [TestCase("--batch", "2000")]
    [TestCase("--hidden", "10,0")]
    [TestCase("--optimizer", "newton")]
    [TestCase("--initializer", "none")]
    [TestCase("--seed", "-1")]
    [TestCase("--rate", "fast")]
    [TestCase("--weight-decay", "-0.1")]
    [TestCase("--schedule", "steep")]
    [TestCase("--warmup", "330")]
    [TestCase("--clip-norm", "0")]
    [TestCase("--data", "no such folder")]
    [TestCase("--unknown", "1")]
    public void A_bad_option_is_one_clear_line_and_exit_code_2(string option, string value)
    {
        SampleProcess.Outcome outcome = Run(option, value, "--output", _folder);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain(value).Or.Contain(option));
        Assert.That(Directory.EnumerateFiles(_folder), Is.Empty);
    }

    [Test]
    public void Help_shows_every_option_and_an_example()
    {
        SampleProcess.Outcome outcome = Run("--help");
        Assert.That(outcome.ExitCode, Is.Zero);
        foreach (string option in new[] { "--seed", "--epochs", "--batch", "--hidden", "--optimizer", "--initializer", "--rate", "--weight-decay", "--schedule", "--warmup", "--clip-norm", "--output", "--data", "Examples" })
            Assert.That(outcome.Output, Does.Contain(option));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Idx_files_are_read_plain_and_compressed(bool compressed)
    {
        WriteIdx(_folder, compressed, images: 40);
        SampleProcess.Outcome outcome = Run("--data", _folder, "--epochs", "2", "--batch", "8", "--optimizer", "adam", "--hidden", "12", "--output", _folder);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "results.json")));
        Assert.That(results.RootElement[0].GetProperty("steps").GetInt32(), Is.EqualTo(10));
    }

    [TestCase(0, "damaged")]
    [TestCase(3, "damaged")]
    [TestCase(17, "damaged")]
    [TestCase(-1, "missing")]
    public void A_damaged_or_missing_file_is_named(int keptBytes, string problem)
    {
        WriteIdx(_folder, compressed: false, images: 40);
        string path = Path.Combine(_folder, "t10k-images-idx3-ubyte");
        byte[] content = File.ReadAllBytes(path);
        File.Delete(path);
        if (keptBytes >= 0)
            File.WriteAllBytes(path, content[..keptBytes]);
        SampleProcess.Outcome outcome = Run("--data", _folder, "--output", _folder);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("t10k-images-idx3-ubyte").And.Contain(problem));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Interruption_ends_with_130_within_a_step()
    {
        using Process process = SampleProcess.Start("Digits", folder: null, "--epochs", "10000", "--optimizer", "sgd", "--output", _folder);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        // The handler is in place once training runs, which takes a moment of the process's own time.
        while (process.TotalProcessorTime < TimeSpan.FromSeconds(1.5) && !process.HasExited)
            Thread.Sleep(50);
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            kill.WaitForExit();
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130), output.Result);
    }

    private static void WriteIdx(string folder, bool compressed, int images)
    {
        foreach ((string name, bool isImages) in new[] { ("train-images-idx3-ubyte", true), ("train-labels-idx1-ubyte", false), ("t10k-images-idx3-ubyte", true), ("t10k-labels-idx1-ubyte", false) })
        {
            int[] header = isImages ? [0x803, images, 4, 4] : [0x801, images];
            byte[] content = new byte[4 * header.Length + (isImages ? images * 16 : images)];
            for (int i = 0; i < header.Length; i++)
                BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 * i), header[i]);
            for (int i = 4 * header.Length; i < content.Length; i++)
                content[i] = (byte)(isImages ? i * 37 : i % 10);
            string path = Path.Combine(folder, name);
            if (!compressed)
            {
                File.WriteAllBytes(path, content);
                continue;
            }

            using var stream = new GZipStream(File.Create($"{path}.gz"), CompressionLevel.Fastest);
            stream.Write(content);
        }
    }

    private static SampleProcess.Outcome Run(params string[] arguments) => SampleProcess.Run("Digits", folder: null, arguments);
}
