using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Goldens;

/// <summary>A function over arrays that record_functions.py recorded: what PyTorch computes in float32 and in float64.</summary>
public sealed class RecordedFunction
{
    private static readonly GoldenFile s_file = new("functions");

    private RecordedFunction(JsonElement fields)
    {
        Fields = fields;
        Name = fields.GetProperty("name").GetString()!;
        Inputs = [.. fields.GetProperty("inputs").EnumerateArray().Select(Array<float>)];
        Gradient = Array<float>(fields.GetProperty("gradient"));
        Single = [.. fields.GetProperty("single").EnumerateArray().Select(Array<float>)];
        Truth = [.. fields.GetProperty("double").EnumerateArray().Select(Array<double>)];
    }

    public string Name { get; }

    /// <summary>Sizes and settings that only some functions have.</summary>
    public JsonElement Fields { get; }

    public float[][] Inputs { get; }

    /// <summary>The gradient of the output.</summary>
    public float[] Gradient { get; }

    /// <summary>The output and then the gradients of the inputs, in float32.</summary>
    public float[][] Single { get; }

    /// <summary>The same in float64.</summary>
    public double[][] Truth { get; }

    public static IEnumerable<RecordedFunction> Named(string name) => s_file.Root
        .GetProperty("cases").EnumerateArray().Select(fields => new RecordedFunction(fields))
        .Where(recorded => string.Equals(recorded.Name, name, StringComparison.Ordinal));

    public T[] Numbers<T>(string field, int index)
        where T : unmanaged => Array<T>(Fields.GetProperty(field)[index]);

    /// <summary>
    /// NaN and infinities where PyTorch has them in float64, rounded; elsewhere an error of at most twice the largest of PyTorch's in this array and 4 ULP,
    /// where the ULP is that of the value or of the array's mean magnitude beside <paramref name="floor"/>.
    /// </summary>
    public void AssertMet(int result, ReadOnlySpan<float> actual, string context, double floor = 0)
    {
        double[] truth = Truth[result];
        float[] torch = Single[result];
        Assert.That(actual.Length, Is.EqualTo(truth.Length), context);
        double torchError = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            if (double.IsFinite(truth[i]) && float.IsFinite(torch[i]))
                torchError = Math.Max(torchError, Ulp.Error(torch[i], truth[i], Math.Max(Math.Abs(truth[i]), floor)));
        }

        for (int i = 0; i < truth.Length; i++)
        {
            string place = $"{Name}, {context}, element {i} of {string.Join(' ', Inputs.Select(input => $"{input[Math.Min(i, input.Length - 1)]:R}"))}: {actual[i]:R}, "
                + $"PyTorch {torch[i]:R}, truth {truth[i]:R}";
            if (!float.IsFinite((float)truth[i]))
                Assert.That(Bits.Same(actual[i], (float)truth[i]), place);
            else
                Assert.That(Ulp.Error(actual[i], truth[i], Math.Max(Math.Abs(truth[i]), floor)), Is.LessThanOrEqualTo(2 * torchError + 4), place);
        }
    }

    private static T[] Array<T>(JsonElement place)
        where T : unmanaged => s_file.Array<T>(place[0], place[1].GetInt32());
}
