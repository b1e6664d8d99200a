namespace TensorEngine.Checks;

/// <summary>Counts what steps allocate.</summary>
internal static class Allocations
{
    private const int StepsPerRound = 64;
    private const int MostRounds = 8;

    /// <summary>
    /// What is wrong if steps allocate. The first rounds may, as code that has just been compiled does at times what later code does not;
    /// one round that allocates nothing is enough.
    /// </summary>
    /// <param name="step">Takes a step.</param>
    /// <param name="what">What is called, in the plural.</param>
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
