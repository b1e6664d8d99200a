namespace TensorEngine;

/// <summary>
/// Goes through everything that an object has to keep. Each kind describes its state once, for saving and for loading: what is
/// asked for gives the object's own value back when it is saved, and the saved value when it is loaded. Nothing may be changed but
/// in <see cref="Commit"/>, so that a file that does not fit is noticed before it has done anything.
/// </summary>
/// <param name="path">Where in the description this is, for messages.</param>
internal abstract class StateVisitor(string path)
{
    public string Path => path;

    public abstract bool Flag(string name, bool value);

    public abstract long Integer(string name, long value, long least = 0, long most = long.MaxValue);

    /// <summary>Any double, saved to the bit; of NaN only that it is one.</summary>
    public abstract double Number(string name, double value);

    public abstract double? Optional(string name, double? value);

    public abstract string Text(string name, string value);

    public abstract ulong[] Words(string name, ReadOnlySpan<ulong> value);

    public abstract double[] Numbers(string name, ReadOnlySpan<double> value);

    public abstract string[] Names(string name, IEnumerable<string> value);

    /// <summary>State of a parameter, called <paramref name="state"/>, that lies in <paramref name="memory"/>.</summary>
    public abstract void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory);

    /// <summary>State of the whole, whose name no parameter's state has.</summary>
    public abstract void Tensor(string state, Shape shape, Memory<double> memory);

    /// <summary>Something with members of its own.</summary>
    public abstract void Within(string name, Action<StateVisitor> describe);

    /// <summary>A list: of <paramref name="count"/> things to save, or of as many as the file has.</summary>
    /// <returns>How many there were.</returns>
    public abstract int Each(string name, int count, Action<StateVisitor, int> describe);

    /// <summary>What loading changes, once everything has been checked and the tensors have been read; not called when saving.</summary>
    public abstract void Commit(Action change);

    public TEnum Choice<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum
    {
        string text = Text(name, value.ToString());
        return Enum.TryParse(text, out TEnum choice) && string.Equals(choice.ToString(), text, StringComparison.Ordinal)
            ? choice
            : throw Mismatch($"{name} is \"{text}\"; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }

    /// <summary>What is settled on construction and has to be the same on both sides.</summary>
    public void Fixed(string name, string value) => Agree(name, Text(name, value), value);

    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, bool value) => Agree(name, Flag(name, value), value);

    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, long value) => Agree(name, Integer(name, value), value);

    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, double value) => Agree(name, Number(name, value), value);

    /// <summary>Why the file cannot be loaded.</summary>
    public InvalidDataException Mismatch(string message, Exception? cause = null) => new($"{path}: {message}", cause);

    private void Agree<T>(string name, T found, T own)
        where T : IEquatable<T>
    {
        if (!found.Equals(own))
            throw Mismatch($"{name} is {found} in the file, but {own} here; it is settled on construction and must be the same.");
    }
}
