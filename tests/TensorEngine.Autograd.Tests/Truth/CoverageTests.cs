using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Autograd.Tests.Catalog;
using TensorEngine.Autograd.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>No operation is forgotten: each is in the catalog, whose tests are for every row, and among the recordings.</summary>
public sealed partial class CoverageTests
{
    /// <summary>Their random numbers are not PyTorch's.</summary>
    private static readonly string[] s_notRecorded = ["dropout"];

    /// <summary>What is recorded under another name, because it is the same operation.</summary>
    private static readonly Dictionary<string, string> s_recordedAs = new(StringComparer.Ordinal)
    {
        ["flatten"] = "reshape",
        ["gelu_tanh"] = "gelu",
    };

    public static IEnumerable<string> Operations => typeof(Functional)
        .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType == typeof(Variable) && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        .Select(method => SnakeCase(method.Name))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The catalog's rows are checked by differences, at every width and number of threads, and for allocations.</summary>
    [TestCaseSource(nameof(Operations))]
    public void TheOperationHasARowInTheCatalog(string operation) =>
        Assert.That(OperationCatalog.All.Select(row => FirstWord().Match(row.Name).Value), Has.Some.EqualTo(operation));

    [TestCaseSource(nameof(Operations))]
    public void TheOperationIsRecorded(string operation)
    {
        if (s_notRecorded.Contains(operation, StringComparer.Ordinal))
            return;
        string recorded = s_recordedAs.GetValueOrDefault(operation, operation);
        Assert.That(RecordedCalls.All.Keys, Has.Some.EqualTo(recorded), "in RecordedCalls");
        Assert.That(RecordedOperation.All.Select(one => one.Operation), Has.Some.EqualTo(recorded), "in operations.json");
    }

    /// <summary>torch's names: CrossEntropy is cross_entropy, MatMul is matmul, Conv2D is conv2d.</summary>
    private static string SnakeCase(string name) => InnerCapital().Replace(name, "_$0").ToLowerInvariant()
        .Replace("mat_mul", "matmul", StringComparison.Ordinal)
        .Replace("log_sigmoid", "logsigmoid", StringComparison.Ordinal)
        .Replace("l1loss", "l1_loss", StringComparison.Ordinal)
        .Replace("convolution", "conv", StringComparison.Ordinal)
        .Replace("average", "avg", StringComparison.Ordinal);

    [GeneratedRegex("(?<=[a-z])[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InnerCapital();

    [GeneratedRegex("^[a-z0-9_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstWord();
}
