namespace Samples.Shared.Display;

/// <summary>One line of a <see cref="ProgressBoard"/>.</summary>
public abstract class ProgressTask
{
    /// <summary>Says how far the task is. Cheap: for the inside of a loop.</summary>
    public abstract void Report(int done);

    /// <summary>Says how far the task is and what there is to tell.</summary>
    public abstract void Report(int done, string status);
}
