using System.Reflection;
using NUnit;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TensorEngine.Mutants;

/// <summary>The first test that failed, if one did, and how many ran.</summary>
internal readonly record struct TestOutcome(string? Failed, int Count);

/// <summary>The tests of each assembly, loaded once.</summary>
internal sealed class TestSuites
{
    private readonly Dictionary<string, NUnitTestAssemblyRunner> _runners = new(StringComparer.Ordinal);
    private readonly HashSet<string> _excluded = new(StringComparer.Ordinal);

    /// <summary>Leaves a test out that fails without any fault.</summary>
    public void Exclude(string test) => _excluded.Add(test);

    /// <summary>Runs tests of an assembly until one fails or the time is up.</summary>
    public TestOutcome Run(string assembly, Func<ITest, bool> filter, TimeSpan budget)
    {
        if (!_runners.TryGetValue(assembly, out NUnitTestAssemblyRunner? runner))
        {
            runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
            var settings = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [FrameworkPackageSettings.NumberOfTestWorkers] = 0,
                [FrameworkPackageSettings.WorkDirectory] = AppContext.BaseDirectory,
            };
            runner.Load(Assembly.Load(assembly + ".Tests"), settings);
            _runners[assembly] = runner;
        }

        var results = new Results(runner, Watch.Cpu + budget);
        runner.Run(results, new Filter(test => filter(test) && !_excluded.Contains(test.FullName)));
        return new(results.Failed, results.Count);
    }

    private sealed class Filter(Func<ITest, bool> chosen) : TestFilter
    {
        public override bool Match(ITest test) => !test.IsSuite && chosen(test);

        public override bool Pass(ITest test, bool negated) => test.IsSuite ? test.Tests.Any(inner => Pass(inner, negated)) : chosen(test);

        public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode.AddElement("filter");
    }

    private sealed class Results(NUnitTestAssemblyRunner runner, TimeSpan end) : ITestListener
    {
        public string? Failed { get; private set; }

        public int Count { get; private set; }

        public void TestStarted(ITest test)
        {
        }

        public void TestFinished(ITestResult result)
        {
            if (result.Test.IsSuite)
                return;
            Count++;
            if (result.ResultState.Status == TestStatus.Failed && result.ResultState != ResultState.Cancelled)
                Failed ??= result.FullName;
            if (Failed is not null || Watch.Cpu > end)
                runner.StopRun();
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message)
        {
        }
    }
}
