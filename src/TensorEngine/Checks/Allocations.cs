namespace TensorEngine.Checks;

/// <summary>Measures what steps allocate.</summary>
internal static class Allocations
{
    private const int StepsPerRound = 64;
    private const int MostRounds = 8;

    /// <summary>
    /// Reports an error if steps allocate. The first rounds may allocate, as freshly compiled code sometimes does;
    /// one round that allocates nothing is enough.
    /// </summary>
    /// <param name="step">Takes a step.</param>
    /// <param name="what">What is called, as a plural noun.</param>
    public static Finding? Find(Action step, string what)
    {
        long bytes = 0;
        for (int round = 0; round < MostRounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < StepsPerRound; i++)
                step();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (bytes == 0)
                return null;
        }

        return new($"{StepsPerRound} {what}", "0 bytes allocated", $"{bytes} bytes");
    }
}
