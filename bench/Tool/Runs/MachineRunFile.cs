using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Samples.Shared.CommandLine;

namespace TensorEngine.Benchmarks.Tool.Runs;

/// <summary>A <see cref="MachineRun"/> as a file: JSON with a line for each row, so that version control shows what has changed.</summary>
internal static class MachineRunFile
{
    /// <summary>The version of the form that is written, and the only one that is read.</summary>
    public const int Format = 1;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The file's text.</summary>
    public static string ToText(MachineRun run)
    {
        IEnumerable<string> properties = JsonSerializer.SerializeToElement(run, s_options).EnumerateObject().Select(property =>
            $"  {JsonSerializer.Serialize(property.Name)}: {Lines(property.Value)}");
        return $"{{\n{string.Join(",\n", properties)}\n}}\n";
    }

    /// <summary>Writes the file, and its folder if that is missing.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string path, MachineRun run) =>
        OutputFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!).Write(Path.GetFileName(path), ToText(run));

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">There is no such file, or it is not one of these.</exception>
    public static MachineRun Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="path">Where it comes from, for the message.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is not the text of such a file.</exception>
    public static MachineRun Parse(string path, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            int format = document.RootElement.TryGetProperty("format", out JsonElement number) ? number.GetInt32() : 0;
            if (format != Format)
            {
                throw new InputException(string.Create(
                    CultureInfo.InvariantCulture, $"{path} has format {format}; it must be {Format}: a file written by `run` of this version."));
            }

            MachineRun run = document.RootElement.Deserialize<MachineRun>(s_options)!;
            foreach (MeasuredKernel kernel in run.Kernels)
                Check(path, kernel.Name, run.Processes, kernel.Nanoseconds, kernel.Relative);
            foreach (MeasuredLimit limit in run.Limits)
                Check(path, limit.Name, run.Processes, limit.Rates);
            return run;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path} is not a file written by `run`: {exception.Message}", exception);
        }
    }

    // Medians and ranks need positive numbers, and as many as there were processes.
    private static void Check(string path, string row, int processes, params ReadOnlySpan<IReadOnlyList<double>> numbers)
    {
        foreach (IReadOnlyList<double> list in numbers)
        {
            if (processes < 1 || list.Count != processes)
            {
                throw new InputException(string.Create(
                    CultureInfo.InvariantCulture, $"{path}: {row} has {list.Count} numbers, but the file lists {processes} processes."));
            }

            foreach (double number in list)
            {
                if (!(number > 0) || !double.IsFinite(number))
                {
                    throw new InputException(string.Create(
                        CultureInfo.InvariantCulture, $"{path}: {row} has the number {number}; times and rates must be positive and finite."));
                }
            }
        }
    }

    private static string Lines(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[\n{string.Join(",\n", value.EnumerateArray().Select(item => $"    {Line(item)}"))}\n  ]",
        JsonValueKind.Object =>
            $"{{\n{string.Join(",\n", value.EnumerateObject().Select(item => $"    {JsonSerializer.Serialize(item.Name)}: {Line(item.Value)}"))}\n  }}",
        _ => Line(value),
    };

    private static string Line(JsonElement value) => JsonSerializer.Serialize(value, s_options);
}
