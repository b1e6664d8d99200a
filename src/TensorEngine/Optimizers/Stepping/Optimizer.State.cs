using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <content>The state of parameters, to look at and to set.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// The state called <paramref name="stateName"/> of <paramref name="parameter"/>: one float per element, unless the optimizer
    /// says otherwise; empty if it keeps none of this name for a parameter of this shape. With a <see cref="Shard"/> that of the
    /// elements that are its part's.
    /// </summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, or has no state of that name.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The state is compressed (<see cref="OptimizerOptions.StateCompression"/>): call <see cref="ReadState"/>.
    /// </exception>
    public abstract Span<float> State(Parameter parameter, string stateName);

    /// <summary>How the state called <paramref name="stateName"/> of <paramref name="parameter"/> is kept.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, or has no state of that name.
    /// </exception>
    public abstract StateCodec CodecOf(Parameter parameter, string stateName);

    /// <summary>Copies state as floats, however it is kept.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <param name="destination">Receives the state; as long as it is.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, has no state of that name, or <paramref name="destination"/> has another
    /// length.
    /// </exception>
    public abstract void ReadState(Parameter parameter, string stateName, Span<float> destination);

    /// <summary>Sets state; where it is compressed, dithered by the place of each element.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <param name="source">The state; as long as it is.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, has no state of that name, or <paramref name="source"/> has another
    /// length.
    /// </exception>
    public abstract void WriteState(Parameter parameter, string stateName, ReadOnlySpan<float> source);
}
