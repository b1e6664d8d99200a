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
        string line = Rows().First(row => row.Split('|')[1].Contains($"`{optimizer.GetType().Name}`", StringComparison.Ordinal));
        string stated = line.Split('|')[2].Trim();
        if (optimizer is Adafactor)
        {
            Assert.That(floats, Is.EqualTo(2 * Side));
            Assert.That(stated, Is.EqualTo("one float per row and per column of a matrix"));
            return;
        }

        if (optimizer is Soap)
        {
            Assert.That(floats, Is.EqualTo(2 * matrix.Length + 2 * (Side * Side + Side * Side)));
            Assert.That(stated, Is.EqualTo("8, and twice each side's square"));
            return;
        }

        // One number, or the least and the most.
        int[] bounds = [.. stated.Split(" or ").SelectMany(part => part.Split(" to ")).Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        int bytes = 4 * floats / (Side * Side);
        Assert.That(bytes, Is.InRange(bounds[0], bounds[^1]), line);
        if (!string.Equals(choice.Name, "amsgrad", StringComparison.Ordinal))
            Assert.That(bytes, Is.EqualTo(bounds[0]), line);
    }

    private static IEnumerable<string> Rows([CallerFilePath] string file = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "src", "TensorEngine", "Documentation", "WhichOptimizer.md"))
            .SkipWhile(line => !line.StartsWith("## What they cost", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
}
