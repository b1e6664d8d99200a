using System.CommandLine;
using System.Globalization;
using System.Text;
using Samples.Shared.Charts;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>scaling</c>: what a step of Adam costs per element as the elements, the parameters that they are divided into, and
/// the threads grow. Each should be flat, but for the caches' ends and the threads' gain.
/// </summary>
internal static class ScalingCommand
{
    private const int Samples = 61;
    private const double SampleNanoseconds = 2e6;
    private const int FixedElements = 3_200_000;

    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "The folder for scaling.md and scaling.svg",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "bench")),
        };
        var command = new Command("scaling", "Measure the cost of a step of Adam per element as elements, parameters and threads grow") { output };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(output).FullName));
        return command;
    }

    private static int Run(string folder)
    {
        int[] threads = [.. Enumerable.Range(0, 5).Select(i => 1 << i).Where(count => count <= Environment.ProcessorCount)];
        Point[] elements = [.. Enumerable.Range(0, 9).Select(i => 1 << (10 + 2 * i)).Select(length => Measure(length, 1, 1))];
        Point[] parameters = [.. new[] { 1, 10, 100, 1_000, 10_000, 100_000 }.Select(count => Measure(FixedElements, count, 1))];
        Point[] byThreads = [.. threads.Select(count => Measure(16 << 20, 1, count))];

        var text = new StringBuilder("# What a step of Adam costs as work grows\n\n");
        text.Append("Median of ").Append(Samples).Append(" samples. Command: `dotnet run -c Release --project bench -- scaling`\n\n");
        foreach ((string name, string value) in Machine.Describe())
            text.Append("- ").Append(name).Append(": ").Append(value).Append('\n');
        Append(text, "elements, in one parameter", elements, point => point.Elements);
        Append(text, $"parameters of {FixedElements:#,0} elements in all", parameters, point => point.Parameters);
        Append(text, $"threads, {16 << 20:#,0} elements", byThreads, point => point.Threads);

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "scaling.md"), text.ToString());
        File.WriteAllText(Path.Combine(folder, "scaling.svg"), Svg.ToText(Chart(elements, parameters).ToPicture()));
        Console.Write(text);
        return 0;
    }

    private static Point Measure(int elements, int parameters, int threads)
    {
        var store = new ParameterStore();
        for (int i = 0; i < parameters; i++)
            store.Add($"parameter {i}", [elements / parameters]);
        store.Freeze();
        using (var buffers = new StepBuffers(store.Values.Length))
        {
            buffers.Values.CopyTo(store.Values);
            buffers.Gradients.CopyTo(store.Gradients);
        }

        using Workers? workers = threads > 1 ? new Workers(threads) : null;
        var adam = new Adam(store) { Workers = workers };
        WarmUp.Run(() => adam.Step());
        TimedWork work = AlternatingPairs.Timed(() => adam.Step());
        int repeats = Math.Max(1, (int)(SampleNanoseconds / work(1)));
        var samples = new Quartiles([.. Enumerable.Range(0, Samples).Select(_ => work(repeats) / repeats)]);
        return new Point(elements, parameters, threads, samples.Median);
    }

    private static void Append(StringBuilder text, string title, Point[] points, Func<Point, int> argument)
    {
        text.Append("\n| ").Append(title).Append(" | time per step | per element |\n|--:|--:|--:|\n");
        foreach (Point point in points)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {argument(point):#,0} | {point.Nanoseconds / 1000:#,0.00} us | {point.Nanoseconds / point.Elements:0.000} ns |\n");
        }
    }

    private static LineChart Chart(Point[] elements, Point[] parameters)
    {
        double[] times = [.. elements.Concat(parameters).Select(point => point.Nanoseconds / point.Elements)];
        return new LineChart
        {
            Title = "What a step of Adam costs per element",
            Subtitle = "One thread; inside the caches the arithmetic counts, past them the 28 bytes that move",
            Horizontal = new LogarithmicAxis("Elements in one parameter, or parameters of 3.2 million elements in all", 1, 1e8),
            Vertical = new LinearAxis("Nanoseconds per element", 0, 1.25 * times.Max()),
            Series =
            [
                new("by elements", [.. elements.Select(point => new ChartPoint(point.Elements, point.Nanoseconds / point.Elements))]),
                new("by parameters", [.. parameters.Select(point => new ChartPoint(point.Parameters, point.Nanoseconds / point.Elements))]),
            ],
        };
    }

    private sealed record Point(int Elements, int Parameters, int Threads, double Nanoseconds);
}
