using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NUnit;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TensorEngine.TestRun;

/// <summary>
/// Runs tests in its own process, for machines on which the test host of the SDK cannot run, such as an emulated processor.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("Usage: TensorEngine.TestRun ASSEMBLY PATTERN: runs ASSEMBLY's tests whose full name matches PATTERN.");
            return 2;
        }

        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        var settings = new Dictionary<string, object>(StringComparer.Ordinal) { [FrameworkPackageSettings.NumberOfTestWorkers] = 0 };
        runner.Load(Assembly.Load(arguments[0]), settings);
        var results = new Results();
        runner.Run(results, new NameFilter(arguments[1]));
        Console.WriteLine($"{results.Passed} passed, {results.Failed} failed");
        return results.Failed == 0 && results.Passed > 0 ? 0 : 1;
    }

    /// <summary>Tests whose full name matches a regular expression.</summary>
    private sealed class NameFilter(string pattern) : TestFilter
    {
        public override bool Match(ITest test) => Regex.IsMatch(test.FullName, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

        public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode.AddElement("filter");
    }

    /// <summary>Counts single tests and prints those that fail, and the time of each class.</summary>
    private sealed class Results : ITestListener
    {
        public int Passed { get; private set; }

        public int Failed { get; private set; }

        public void TestStarted(ITest test)
        {
        }

        public void TestFinished(ITestResult result)
        {
            if (result.Test is TestFixture)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Duration,7:F1} s  {result.Test.FullName}"));
            if (result.Test.IsSuite)
                return;
            if (result.ResultState.Status == TestStatus.Failed)
            {
                Failed++;
                Console.WriteLine($"FAILED: {result.FullName}\n{result.Message}");
            }
            else if (result.ResultState.Status == TestStatus.Passed)
            {
                Passed++;
            }
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message) => Debug.WriteLine(message.Message);
    }
}
