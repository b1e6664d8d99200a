using System.Globalization;
using System.Reflection;
using NUnit.Framework.Interfaces;

namespace TensorEngine.Mutants;

/// <summary>
/// Switches faults on, one after the other in one process, and runs the tests of what each is in until one fails. The results file says
/// where it stopped: started again, it goes on there. Ends with 3 where a fault wants a process of its own.
/// </summary>
internal static class MutantRun
{
    private const int Again = 3;

    private static readonly Lock s_lock = new();
    private static string s_results = "";

    public static int Run(string table, string results, TimeSpan budget, HashSet<int> only)
    {
        s_results = results;
        DrawnMutant[] mutants = [.. File.ReadLines(table).Select(DrawnMutant.Parse).Where(mutant => only.Count == 0 || only.Contains(mutant.Number))];
        string[][] before = File.Exists(results) ? [.. File.ReadLines(results).Select(line => line.Split('\t'))] : [];
        HashSet<string> done = [.. before.Where(line => line[1] is not "begun").Select(line => line[0])];

        // What was begun twice and never ended takes the process with it: the test run would fail.
        foreach (IGrouping<string, string[]> lost in before.Where(line => !done.Contains(line[0])).GroupBy(line => line[0], StringComparer.Ordinal).ToArray())
        {
            if (lost.Count() < 2)
                continue;
            Write($"{lost.Key}\tkilled\tthe process ended");
            done.Add(lost.Key);
        }

        var tests = new TestSuites();
        bool isFresh = true;
        foreach (DrawnMutant mutant in mutants.OrderBy(mutant => mutant.AtStart).ThenBy(mutant => mutant.File, StringComparer.Ordinal))
        {
            if (done.Contains(Text(mutant.Number)))
                continue;
            if (mutant.AtStart && !isFresh)
                return Again;
            Write($"{Text(mutant.Number)}\tbegun");
            using var watch = new Watch(budget, () =>
            {
                Write($"{Text(mutant.Number)}\tkilled\tit does not end");
                Environment.Exit(Again);
            });
            if (!Try(mutant, tests, budget, isFresh))
                return Again;
            isFresh = false;
        }

        return 0;
    }

    /// <summary>Runs the tests for one fault; false if the process is not what it was before.</summary>
    private static bool Try(DrawnMutant mutant, TestSuites tests, TimeSpan budget, bool isFresh)
    {
        int count = 0;
        foreach (Func<ITest, bool> filter in TestChoice.For(mutant.File))
        {
            while (true)
            {
                Activate(mutant, mutant.Number);
                TestOutcome outcome = tests.Run(mutant.Assembly, filter, budget);
                Activate(mutant, 0);
                count += outcome.Count;
                if (outcome.Failed is not { } failed)
                    break;

                // The same test without the fault: it must pass, or the fault has left something behind.
                if (mutant.AtStart || tests.Run(mutant.Assembly, test => test.FullName == failed, budget).Failed is null)
                {
                    Write($"{Text(mutant.Number)}\tkilled\t{failed}");
                    return true;
                }

                if (!isFresh)
                    return false;
                tests.Exclude(failed);
            }
        }

        Write($"{Text(mutant.Number)}\tsurvived\t{count} tests");
        return true;
    }

    private static void Activate(DrawnMutant mutant, int number) => Assembly.Load(mutant.Assembly)
        .GetType("TensorEngine.Mutants.Mutant", throwOnError: true)!.GetField("Active")!.SetValue(null, number);

    private static void Write(string line)
    {
        lock (s_lock)
        {
            File.AppendAllText(s_results, line + "\n");
            Console.WriteLine(line);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
