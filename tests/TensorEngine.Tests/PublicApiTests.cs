using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

/// <summary>What the library offers is what PublicApi.txt lists, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string FileName = "PublicApi.txt";

    [Test]
    public void ThePublicApiIsTheListedOne()
    {
        string[] actual = [.. PublicApiListing.Of(typeof(ParameterStore).Assembly)];
        string[] listed = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, FileName));
        if (actual.SequenceEqual(listed, StringComparer.Ordinal))
            return;

        string written = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{FileName}.new");
        File.WriteAllText(written, string.Join('\n', [.. actual, ""]));
        Assert.Fail(
            $"""
            The public API has changed. If it should, review {written} and copy it over tests/TensorEngine.Tests/{FileName}.
            {string.Join('\n', actual.Except(listed, StringComparer.Ordinal).Select(line => $"new:     {line}"))}
            {string.Join('\n', listed.Except(actual, StringComparer.Ordinal).Select(line => $"missing: {line}"))}
            """);
    }

    [Test]
    public void EveryTypeIsInANamespaceThatIsAFolder()
    {
        foreach (Type type in typeof(ParameterStore).Assembly.GetExportedTypes())
            Assert.That(type.Namespace, Does.Match(@"^TensorEngine(\.[A-Z][a-z]+)?$"), type.Name);
    }
}
