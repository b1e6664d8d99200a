using System.Runtime.ExceptionServices;

namespace TensorEngine.Checks;

/// <summary>Runs an action where thread-local state is different.</summary>
internal static class OtherThread
{
    /// <summary>How messages say that an action ran this way.</summary>
    public const string Text = "on a thread of its own";

    /// <summary>Runs the action to its end and rethrows its exception; on this thread where there can be no other.</summary>
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
