using TensorEngine.Compression;

namespace TensorEngine.Initializers;

/// <summary>
/// The values of a parameter while they are drawn: its own, or in a store of bf16 a copy in floats that is rounded at the end.
/// </summary>
internal readonly ref struct InitialValues : IDisposable
{
    private readonly Parameter? _parameter;

    /// <summary>Shows the values of a parameter whose store has memory.</summary>
    public InitialValues(Parameter parameter)
    {
        if (!parameter.Store.HasHalves)
        {
            Span = parameter.Values;
            return;
        }

        // What is refused before anything is drawn leaves the values as they were.
        _parameter = parameter;
        Span = new float[parameter.Length];
        BFloat16.Widen(parameter.BFloat16Values, Span);
    }

    public Span<float> Span { get; }

    public void Dispose()
    {
        if (_parameter is not null)
            BFloat16.Round(Span, _parameter.BFloat16Values);
    }
}
