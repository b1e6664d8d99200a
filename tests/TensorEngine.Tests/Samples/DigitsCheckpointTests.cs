using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Samples;

/// <summary>The digits sample as two processes, of which the second goes on where the first has stopped.</summary>
[Category("Slow")]
public sealed class DigitsCheckpointTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void AResumedTrainingIsTheUninterruptedOneAtAnotherInstructionSetToo([Values("adam", "momentum")] string optimizer)
    {
        string file = _folder.PathOf($"{optimizer}.safetensors");
        string[] setting = ["--optimizer", optimizer, "--hidden", "20", "--clip-norm", "1", "--output", _folder.Folder];
        Run([.. setting, "--epochs", "5"]);
        string expected = Results();
        Run([.. setting, "--epochs", "3", "--checkpoint", file, "--save-every", "2"]);
        Assert.That(Results(), Is.Not.EqualTo(expected));
        Run([.. setting, "--epochs", "5", "--checkpoint", file, "--resume"], ("DOTNET_EnableAVX2", "0"));
        Assert.That(Results(), Is.EqualTo(expected));

        // Not by the optimizer: what is refused is so for both. Saved at the end as well: there is nothing left to do.
        if (optimizer is "momentum")
            return;
        Run([.. setting, "--epochs", "5", "--checkpoint", file, "--resume"]);
        Assert.That(Results(), Is.EqualTo(expected));
        Assert.That(Fail([.. setting, "--epochs", "4", "--checkpoint", file, "--resume"]), Does.Contain("5 epochs"));
        Assert.That(Fail([.. setting, "--epochs", "6", "--checkpoint", file, "--resume", "--seed", "2"]), Does.Contain("seed 1").And.Contain("seed 2"));
        Assert.That(Fail([.. setting, "--epochs", "6", "--checkpoint", file, "--resume", "--hidden", "21"]), Does.Contain("fc3.weight"));
        File.WriteAllText(file, "{}");
        Assert.That(Fail([.. setting, "--checkpoint", file, "--resume"]), Does.Contain(file));
    }

    [Test]
    public void SeveralTrainingsHaveAFileEach()
    {
        string file = _folder.PathOf("several.safetensors");
        string[] setting = ["--optimizer", "adam,sgd", "--hidden", "5", "--output", _folder.Folder, "--checkpoint", file];
        Run([.. setting, "--epochs", "1"]);
        Assert.That(File.Exists(_folder.PathOf("several.adam-he.safetensors")) && File.Exists(_folder.PathOf("several.sgd-he.safetensors")));
        Run([.. setting, "--epochs", "2", "--resume"]);
    }

    [Test]
    public void OptionsWithoutAFileAreRefused()
    {
        Assert.That(Fail(["--resume", "--output", _folder.Folder]), Does.Contain("--resume requires --checkpoint"));
        Assert.That(Fail(["--save-every", "1", "--output", _folder.Folder]), Does.Contain("--save-every requires --checkpoint"));
    }

    /// <summary>What results.json says of the first training but for the time that it took.</summary>
    private string Results()
    {
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_folder.PathOf("results.json")));
        JsonElement first = results.RootElement[0];
        return $"{first.GetProperty("weightsSha256")} {first.GetProperty("loss")} {first.GetProperty("accuracy")} {first.GetProperty("steps")}";
    }

    private static void Run(string[] arguments, params (string Name, string Value)[] variables)
    {
        (int code, string error) = Start(arguments, variables);
        Assert.That(code, Is.Zero, error);
    }

    private static string Fail(string[] arguments)
    {
        (int code, string error) = Start(arguments);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
        return error;
    }

    private static (int Code, string Error) Start(string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Digits.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }
}
