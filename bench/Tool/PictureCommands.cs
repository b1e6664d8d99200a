using System.CommandLine;
using Samples.Shared.Charts;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Tool.Pictures;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>The commands <c>roofline</c> and <c>report</c>: what a run has measured, to look at.</summary>
internal static class PictureCommands
{
    /// <summary>Makes the command that draws the roofline.</summary>
    public static Command CreateRoofline() => Create(
        "roofline",
        "Draw what the machine can do, by level of the caches, and each kernel as a point: an SVG, light or dark as the page that it stands on",
        "roofline.svg",
        run =>
        {
            var chart = new RooflineChart(run);
            return chart.Shown.Count > 0
                ? Svg.ToText(chart.ToPicture())
                : throw new InputException("The file has no row whose bytes and operations are known, so there is nothing to draw.");
        });

    /// <summary>Makes the command that writes the page.</summary>
    public static Command CreateReport() => Create(
        "report", "Write all that a run has measured as a web page in one file", "report.html", RunPage.ToHtml);

    private static Command Create(string name, string description, string defaultFile, Func<MachineRun, string> toText)
    {
        var file = new Argument<string>("run") { Description = "The file written by the command run" };
        Option<string> output = SampleOption.One(
            "--output", "FILE", "The file to write", defaultFile, text => SampleOption.Path("--output", text));
        var command = new Command(name, description) { file, output };
        command.SetAction(parsed =>
        {
            string text = toText(MachineRunFile.Read(parsed.GetRequiredValue(file)));
            string path = Path.GetFullPath(parsed.GetRequiredValue(output));
            Console.Out.WriteLine($"wrote {OutputFolder.Make(Path.GetDirectoryName(path)!).Write(Path.GetFileName(path), text)}");
        });
        return command;
    }
}
