namespace TensorEngine.Autograd;

/// <summary>A scope in which a tape records nothing; see <see cref="Tape.NoGradient"/>.</summary>
public readonly ref struct NoGradientScope
{
    private readonly Tape? _tape;

    internal NoGradientScope(Tape tape)
    {
        _tape = tape;
        tape.PreventRecording();
    }

    /// <summary>Ends the scope. Call it only once, as <c>using</c> does.</summary>
    public void Dispose() => _tape?.AllowRecording();
}
