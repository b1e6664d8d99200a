using System.Globalization;

namespace TensorEngine.Compression;

/// <summary>
/// Specifies how an optimizer stores the state of a group's parameters: an option
/// (<see cref="Optimizers.Stepping.OptimizerOptions.StateCompression"/>) of every optimizer whose rule processes each element on its own. A
/// step decodes state in the first-level cache, runs the rule in float32, and encodes it with dithering. The bits are the same at every
/// width and number of threads.
/// <code>
/// var adam = new Adam(store, new() { StateCompression = StateCodec.BFloat16 });
/// var lion = new Lion(store, new() { StateCompression = new StateCompression(StateCodec.Block8) { LeastLength = 65536 } });
/// </code>
/// </summary>
public sealed class StateCompression : IEquatable<StateCompression>
{
    private readonly (string Name, StateCodec Codec)[] _others;

    /// <summary>Initializes a value that stores all kinds of state with one codec.</summary>
    /// <param name="codec">The codec.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="codec"/> is none.</exception>
    public StateCompression(StateCodec codec)
        : this(Checked(codec), [])
    {
    }

    private StateCompression(StateCodec codec, (string Name, StateCodec Codec)[] others) => (Codec, _others) = (codec, others);

    /// <summary>Gets a value that stores all state as float32. This is the default.</summary>
    public static StateCompression None { get; } = new(StateCodec.Float32);

    /// <summary>The codec of all state that <see cref="With"/> names no other codec for.</summary>
    public StateCodec Codec { get; }

    /// <summary>
    /// Gets the smallest number of elements for which a parameter's state is compressed: at least 1; the default is 4096. Compressing
    /// smaller parameters saves too little memory to matter, so their state is stored as float32.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int LeastLength
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(LeastLength));
    } = 4096;

    /// <summary>Gets whether all state is stored as float32.</summary>
    public bool IsNone => Codec == StateCodec.Float32 && Array.TrueForAll(_others, other => other.Codec == StateCodec.Float32);

    /// <summary>Gets the kinds of state with their own codec.</summary>
    internal IEnumerable<string> Named => _others.Select(other => other.Name);

    /// <summary>Converts a codec to a value that stores all kinds of state with it.</summary>
    /// <param name="codec">The codec.</param>
    public static implicit operator StateCompression(StateCodec codec) => FromStateCodec(codec);

    /// <summary>Converts a codec to a value that stores all kinds of state with it.</summary>
    /// <param name="codec">The codec.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="codec"/> is none.</exception>
    public static StateCompression FromStateCodec(StateCodec codec) => codec == StateCodec.Float32 ? None : new(codec);

    /// <summary>Creates a copy with another codec for one kind of state.</summary>
    /// <param name="stateName">One of the optimizer's state names, such as <c>exp_avg_sq</c>; the optimizer checks it.</param>
    /// <param name="codec">Its codec.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stateName"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="codec"/> is none.</exception>
    public StateCompression With(string stateName, StateCodec codec)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        Checked(codec);
        (string Name, StateCodec Codec)[] others =
        [
            .. _others.Where(other => !string.Equals(other.Name, stateName, StringComparison.Ordinal))
                .Append((Name: stateName, Codec: codec))
                .OrderBy(other => other.Name, StringComparer.Ordinal),
        ];
        return new(Codec, others) { LeastLength = LeastLength };
    }

    /// <summary>Gets the codec of a kind of state for parameters that are large enough.</summary>
    /// <param name="stateName">The name of the state.</param>
    public StateCodec Of(string stateName)
    {
        foreach ((string name, StateCodec codec) in _others)
        {
            if (string.Equals(name, stateName, StringComparison.Ordinal))
                return codec;
        }

        return Codec;
    }

    /// <summary>Determines whether two values store all state the same way.</summary>
    /// <param name="other">The value to compare with.</param>
    public bool Equals(StateCompression? other) =>
        other is not null && Codec == other.Codec && LeastLength == other.LeastLength && _others.AsSpan().SequenceEqual(other._others);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StateCompression);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Codec, LeastLength, _others.Length);

    /// <summary>"BFloat16 from 4096 elements, exp_avg_sq as Float32".</summary>
    public override string ToString()
    {
        string all = string.Create(CultureInfo.InvariantCulture, $"{Codec} from {LeastLength} elements");
        return string.Join(", ", _others.Select(other => $"{other.Name} as {other.Codec}").Prepend(all));
    }

    private static StateCodec Checked(StateCodec codec) =>
        Enum.IsDefined(codec)
            ? codec
            : throw new ArgumentOutOfRangeException(
                nameof(codec), codec, $"codec is {(int)codec}; it must be one of {string.Join(", ", Enum.GetNames<StateCodec>())}.");
}
