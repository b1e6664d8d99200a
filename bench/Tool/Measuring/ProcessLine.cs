using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>What a process of a run says in one line of its output: how much there is to do, or one result.</summary>
internal sealed record ProcessLine
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How many lines with a kernel will follow.</summary>
    public int Count { get; init; }

    /// <summary>The library's version, with its commit.</summary>
    public string? Library { get; init; }

    /// <summary>A limit of the machine, with one rate.</summary>
    public MeasuredLimit? Limit { get; init; }

    /// <summary>A kernel, with one time.</summary>
    public MeasuredKernel? Kernel { get; init; }

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ProcessLine Parse(string line) => JsonSerializer.Deserialize<ProcessLine>(line, s_options)!;

    /// <summary>The line.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, s_options);
}
