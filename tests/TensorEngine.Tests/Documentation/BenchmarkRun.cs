using System.Globalization;
using System.Text.Json;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Documentation;

/// <summary>A committed run of a command of the benchmarks.</summary>
internal sealed class BenchmarkRun
{
    private readonly JsonElement _root;

    private BenchmarkRun(JsonElement root) => _root = root;

    /// <summary>What was compared, in order.</summary>
    public IEnumerable<Comparison> Comparisons => _root.GetProperty("comparisons").EnumerateArray().Select(row => new Comparison(
        row.GetProperty("work").GetString()!,
        row.GetProperty("peer").GetString()!,
        row.GetProperty("ratio").GetDouble(),
        row.GetProperty("atMost").ValueKind == JsonValueKind.Null ? null : row.GetProperty("atMost").GetDouble(),
        row.GetProperty("nanoseconds").GetDouble(),
        row.GetProperty("elements").GetInt64(),
        row.GetProperty("operations").GetDouble()));

    /// <summary>What was measured beside the comparisons.</summary>
    public IEnumerable<string> Notes => Strings("measured");

    /// <summary>The peers, with their versions.</summary>
    public IEnumerable<string> Peers => Strings("peers");

    /// <summary>On what, and when.</summary>
    public string Machine
    {
        get
        {
            JsonElement machine = _root.GetProperty("machine");
            string day = _root.GetProperty("date").GetString()!.Split(' ')[0];
            return $"{machine.GetProperty("processor").GetString()}, {machine.GetProperty("lanes").GetString()} per register, "
                + $"{machine.GetProperty("system").GetString()}, {machine.GetProperty("runtime").GetString()}, {day}";
        }
    }

    /// <summary>Reads <c>bench/results/COMMAND.json</c>.</summary>
    public static BenchmarkRun Of(string command) =>
        new(JsonDocument.Parse(File.ReadAllText(Sources.PathOf($"bench/results/{command}.json"))).RootElement.Clone());

    private IEnumerable<string> Strings(string property) => _root.TryGetProperty(property, out JsonElement strings)
        ? strings.EnumerateArray().Select(one => one.GetString()!)
        : [];

    /// <summary>Our time beside a peer's.</summary>
    /// <param name="Work">What both do.</param>
    /// <param name="Peer">The other one.</param>
    /// <param name="Ratio">Our time divided by the peer's.</param>
    /// <param name="AtMost">What the ratio is to be at most; null where there is no such figure.</param>
    /// <param name="Nanoseconds">Our time.</param>
    /// <param name="Elements">Of the work; 0 if the time per element says nothing.</param>
    /// <param name="Operations">Of the work, in floating point; 0 if their rate says nothing.</param>
    internal sealed record Comparison(
        string Work, string Peer, double Ratio, double? AtMost, double Nanoseconds, long Elements, double Operations)
    {
        /// <summary>The ratio in two digits that count.</summary>
        public string RatioText => Ratio.ToString(Ratio < .01 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

        /// <summary>Our speed.</summary>
        public string Speed => this switch
        {
            { Operations: > 0 } => Text(Operations / Nanoseconds, "0", "GFLOP/s"),
            { Elements: > 0 } => Text(Nanoseconds / Elements, "0.00", "ns per element"),
            { Nanoseconds: < 1e6 } => Text(Nanoseconds / 1e3, "0.0", "us"),
            _ => Text(Nanoseconds / 1e6, "0.0", "ms"),
        };

        private static string Text(double number, string format, string unit) =>
            $"{number.ToString(format, CultureInfo.InvariantCulture)} {unit}";
    }
}
