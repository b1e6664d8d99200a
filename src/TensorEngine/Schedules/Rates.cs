namespace TensorEngine.Schedules;

/// <summary>Arithmetic of rates that may leave the range of double.</summary>
internal static class Rates
{
    /// <summary>
    /// rate * factor, where 0 times anything is 0, also an infinite factor, and what is too large is the largest double: a rate of 0
    /// stays 0 whatever it is scaled by, and a later factor of 0 or a limit still has a number to work on.
    /// </summary>
    public static double Scale(double rate, double factor) =>
        rate == 0 || factor == 0 ? 0 : Math.Min(rate * factor, double.MaxValue);

    /// <summary>Which share of a way of so many steps is done: 0 at step 0, even if the way has no steps, and 1 at its end.</summary>
    public static double Share(long step, long steps) =>
        step < steps ? (double)step / steps : step == 0 ? 0 : 1;
}
