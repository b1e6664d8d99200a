namespace Samples.Shared.Display;

/// <summary>One line of a <see cref="ProgressBoard"/>.</summary>
public abstract class ProgressTask
{
    /// <summary>Reports the progress of the task. Cheap enough for the inside of a loop.</summary>
    public abstract void Report(int done);

    /// <summary>Reports the progress of the task with a status text.</summary>
    public abstract void Report(int done, string status);
}
