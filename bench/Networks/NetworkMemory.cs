using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Peers;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>
/// What the steps of a network take of the memory, ours and PyTorch's, each in a fresh process that has made the network, its optimizer and
/// the batch: how much the process grows from there to its peak in the first steps, code and all, and how large it is then.
/// </summary>
internal static class NetworkMemory
{
    private const string Name = "network-memory";
    private const int Steps = 20;

    /// <summary>The command of the process that measures ours; it prints the growth and the size, in bytes.</summary>
    public static Command Create()
    {
        var index = new Argument<int>("network");
        var command = new Command(Name, "Measure the memory of a network's steps in this process") { index };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            Action step = NetworkStep.All[parsed.GetRequiredValue(index)].MakeStep(workers: null);
            // The peak starts from here.
            File.WriteAllText("/proc/self/clear_refs", "5");
            long before = Status("VmRSS");
            for (int i = 0; i < Steps; i++)
                step();
            long peak = Status("VmHWM");
            Console.WriteLine(new JsonObject { ["growth"] = peak - before, ["process"] = peak }.ToJsonString());
        });
        return command;
    }

    /// <summary>Measures both, and notes the result.</summary>
    public static void Compare(PeerSession session, NetworkStep network, string python)
    {
        using PeerProcess? torch = PeerProcess.TryStartPython(python, out string missing);
        try
        {
            if (torch is null)
                throw new IOException(missing);
            JsonNode ours = Ours(network);
            var request = new JsonObject { ["work"] = "memory", ["network"] = network.Name, ["batch"] = network.Batch, ["steps"] = Steps };
            JsonNode theirs = torch.Ask(request);
            session.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{network}, memory: the process has at most {Bytes(ours, "process"):0} MB, PyTorch's {Bytes(theirs, "process"):0} MB; of these "
                + $"the first {Steps} steps take {Bytes(ours, "growth"):0.0} MB, PyTorch's {Bytes(theirs, "growth"):0.0} MB "
                + $"({Bytes(theirs, "tensors"):0.0} MB of tensors at the peak of one)"));
        }
        catch (IOException exception)
        {
            session.Lacks($"memory, {network}", exception.Message);
        }
    }

    private static JsonNode Ours(NetworkStep network)
    {
        if (!OperatingSystem.IsLinux())
            throw new IOException("/proc is Linux's");
        int index = NetworkStep.All.ToList().IndexOf(network);
        string answer = FreshProcess.Output(Name, index.ToString(CultureInfo.InvariantCulture));
        return answer.Length == 0 ? throw new IOException("The process that takes the steps said nothing.") : JsonNode.Parse(answer)!;
    }

    private static double Bytes(JsonNode answer, string name) => answer[name]!.GetValue<double>() / 1e6;

    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
