using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <content>Reading and writing the state of parameters.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// Returns the state with the name <paramref name="stateName"/> of <paramref name="parameter"/>: one float per element, unless the
    /// optimizer's documentation says otherwise; empty if the optimizer keeps no such state for a parameter of this shape. With a
    /// <see cref="Shard"/>, only the state of the elements of its part.
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

    /// <summary>Returns the codec of the state with the name <paramref name="stateName"/> of <paramref name="parameter"/>.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, or has no state of that name.
    /// </exception>
    public abstract StateCodec CodecOf(Parameter parameter, string stateName);

    /// <summary>Copies state as floats, whatever its codec.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <param name="destination">Receives the state, whose length it must have.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, has no state of that name, or <paramref name="destination"/> has a
    /// different length.
    /// </exception>
    public abstract void ReadState(Parameter parameter, string stateName, Span<float> destination);

    /// <summary>Sets state. Compressed state is dithered by the position of each element.</summary>
    /// <param name="parameter">One of the optimizer's parameters.</param>
    /// <param name="stateName">One of <see cref="StateNames"/>.</param>
    /// <param name="source">The new state, with the length of the old.</param>
    /// <exception cref="ArgumentException">
    /// The optimizer does not step <paramref name="parameter"/>, has no state of that name, or <paramref name="source"/> has a different
    /// length.
    /// </exception>
    public abstract void WriteState(Parameter parameter, string stateName, ReadOnlySpan<float> source);
}
