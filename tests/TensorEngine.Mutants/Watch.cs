using System.Diagnostics;

namespace TensorEngine.Mutants;

/// <summary>Calls if the process has worked four times as long as it may, or has waited for five minutes, as where threads wait for one another.</summary>
internal sealed class Watch : IDisposable
{
    private readonly Timer _timer;

    public Watch(TimeSpan budget, Action call)
    {
        TimeSpan start = Cpu;
        int seconds = 0;
        _timer = new Timer(
            _ =>
            {
                // While others have stopped the process the timer does not tick.
                if (Cpu - start > (4 * budget) + TimeSpan.FromSeconds(20) || ++seconds > 300 + (20 * budget.TotalSeconds))
                    call();
            },
            null,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
    }

    /// <summary>The time that the process has worked; what others take does not count.</summary>
    public static TimeSpan Cpu => Process.GetCurrentProcess().TotalProcessorTime;

    public void Dispose() => _timer.Dispose();
}
