namespace TensorEngine.Schedules;

/// <summary>Arithmetic with rates that may leave the range of double.</summary>
internal static class Rates
{
    /// <summary>
    /// Returns rate * factor. 0 times any factor, even infinity, is 0, and a result that is too large becomes the largest double: a rate of
    /// 0 stays 0, and a later factor of 0 or a limit still works.
    /// </summary>
    public static double Scale(double rate, double factor) =>
        rate == 0 || factor == 0 ? 0 : Math.Min(rate * factor, double.MaxValue);

    /// <summary>
    /// Returns the share of the given number of steps that is done: 0 at step 0, even if there are no steps, and 1 at the end.
    /// </summary>
    public static double Share(long step, long steps) =>
        step < steps ? (double)step / steps : step == 0 ? 0 : 1;
}
