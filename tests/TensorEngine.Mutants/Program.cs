namespace TensorEngine.Mutants;

/// <summary>Draws small faults from Stryker's mutators and says which of them the tests find (<c>.ci/try-mutants</c>).</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["draw", string sources, string output, string seed, string count]:
                Draw.Run(sources, output, int.Parse(seed, null), int.Parse(count, null));
                return 0;
            case ["run", string table, string results, string seconds, .. string[] only]:
                return MutantRun.Run(table, results, TimeSpan.FromSeconds(double.Parse(seconds, null)), [.. only.Select(number => int.Parse(number, null))]);
            default:
                Console.Error.WriteLine("Usage: draw SOURCES OUTPUT SEED COUNT | run TABLE RESULTS SECONDS [NUMBER...]");
                return 2;
        }
    }
}
