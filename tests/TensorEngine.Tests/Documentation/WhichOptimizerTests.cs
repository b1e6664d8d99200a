using System.Globalization;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using Samples.Shared.Choices;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Documentation;

/// <summary>What the page on choosing an optimizer says of memory is what optimizers take.</summary>
public class WhichOptimizerTests
{
    private const int Side = 8;

    public static IEnumerable<OptimizerChoice> Choices => OptimizerChoice.All;

    [TestCaseSource(nameof(Choices))]
    public void The_page_has_the_memory_of_the_state(OptimizerChoice choice)
    {
        var store = new ParameterStore();
        Parameter matrix = store.Add("matrix", [Side, Side]);
        Optimizer optimizer = choice.Create(store, choice.Rate);
        int floats = optimizer.StateNames.Sum(name => optimizer.State(matrix, name).Length);
        string cost = optimizer is Adafactor ? "one float per row and per column of a matrix" : (4 * floats / (Side * Side)).ToString(CultureInfo.InvariantCulture);
        if (optimizer is Adafactor)
            Assert.That(floats, Is.EqualTo(2 * Side));

        string kind = string.Equals(choice.Name, "amsgrad", StringComparison.Ordinal) ? "`Adam` with `AmsGrad`" : $"`{optimizer.GetType().Name}`";
        string row = Rows().First(row => row.StartsWith($"| {kind} ", StringComparison.Ordinal) || row.Contains($"{kind},", StringComparison.Ordinal) || row.Contains($", {kind} |", StringComparison.Ordinal));
        Assert.That(row.Split('|')[2].Trim(), Is.EqualTo(cost), row);
    }

    private static IEnumerable<string> Rows([CallerFilePath] string file = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "src", "TensorEngine", "Documentation", "WhichOptimizer.md"))
            .SkipWhile(line => !line.StartsWith("## What they cost", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
}
