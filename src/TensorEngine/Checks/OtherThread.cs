using System.Runtime.ExceptionServices;

namespace TensorEngine.Checks;

/// <summary>Runs something where what is kept for each thread is another one.</summary>
internal static class OtherThread
{
    /// <summary>How messages say that something was run so.</summary>
    public const string Text = "on a thread of its own";

    /// <summary>Runs to the end, and throws what was thrown; on this thread where there can be no other.</summary>
    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        try
        {
            thread.Start();
        }
        catch (PlatformNotSupportedException)
        {
            action();
            return;
        }

        thread.Join();
        failure?.Throw();
    }
}
