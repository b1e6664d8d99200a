namespace TensorEngine;

/// <summary>
/// What an <see cref="IStateful"/> describes its state to: one description serves saving, loading and checking. Each member is
/// given the object's own value under a name. When a run is saved, the archive writes that value and returns it; when a run is
/// loaded, the archive returns the value of the file.
/// <code>
/// public void Describe(StateArchive archive)
/// {
///     archive.Fixed("kind", "EarlyStopping");
///     double best = archive.Number("best", _best);
///     long left = archive.Count("left", _left);
///     archive.Tensor("bestValues", [_values.Length], _values);
///     archive.Commit(() => (_best, _left) = (best, left));
/// }
/// </code>
/// </summary>
/// <remarks>
/// <para>A description changes nothing itself. Whatever loading changes is done in an action that is handed to <see cref="Commit"/>,
/// or is the memory of a tensor: both wait until every part of the file has been described and found to fit, so that a file that does not
/// fit leaves the run as it was.</para>
/// <para>The description must ask for the same names whether it saves or loads. What it asks for may depend on what the archive has
/// returned before: a list whose length was saved first, for example. The file must have exactly what is asked for.</para>
/// <para>To refuse a file, throw <see cref="Mismatch"/>. An <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/>
/// that the description throws while loading, as setters of properties do, refuses the file as well, with its message.</para>
/// <para>Names of members are any well-formed text, each once in the part, the <see cref="Within(string, Action{StateArchive})"/> or
/// the item of a list that it belongs to; they can lie 32 deep. What cannot be loaded again is refused when it is saved. Only the library
/// derives from this class.</para>
/// </remarks>
public abstract class StateArchive
{
    /// <summary>How deep objects and lists can lie within one another in the file.</summary>
    internal const int MaximumDepth = 32;

    /// <summary>The largest value of a <see cref="Count"/>: 2^62. As many again can be counted from there on.</summary>
    public const long LargestCount = 1L << 62;

    private protected StateArchive()
    {
    }

    /// <summary>
    /// Where in the file the description is, as in <c>"optimizer".groups[1]</c>: the part's name in quotation marks, then the members
    /// and items that it is in. Messages of refusals start with it.
    /// </summary>
    public abstract string Path { get; }

    /// <summary>A value that is true or false.</summary>
    /// <param name="name">What the value is called.</param>
    /// <param name="value">The object's own value.</param>
    /// <returns><paramref name="value"/> when saving, the value of the file when loading.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the name is taken, or has a surrogate without its partner.
    /// </exception>
    /// <exception cref="InvalidDataException">Loading: the file has no member of that name, or one of another kind.</exception>
    public abstract bool Flag(string name, bool value);

    /// <summary>An integer from <paramref name="least"/> to <paramref name="most"/>; by default one that is not negative.</summary>
    /// <param name="name">What the integer is called.</param>
    /// <param name="value">The object's own integer, in the same range.</param>
    /// <param name="least">The smallest integer that is allowed.</param>
    /// <param name="most">The largest integer that is allowed.</param>
    /// <inheritdoc cref="Flag"/>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the value is out of its range, or the name is taken or has a surrogate without its partner.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, one of another kind, or an integer out of the range.
    /// </exception>
    public abstract long Integer(string name, long value, long least = 0, long most = long.MaxValue);

    /// <summary>A number of things done so far, which goes on being counted: from 0 to <see cref="LargestCount"/>.</summary>
    /// <inheritdoc cref="Integer"/>
    public long Count(string name, long value) => Integer(name, value, 0, LargestCount);

    /// <summary>Any double, which is loaded with the bits that were saved; of NaN only that it is one.</summary>
    /// <param name="name">What the number is called.</param>
    /// <param name="value">The object's own number.</param>
    /// <inheritdoc cref="Flag"/>
    public abstract double Number(string name, double value);

    /// <summary>Any double, or null for none.</summary>
    /// <param name="name">What the number is called.</param>
    /// <param name="value">The object's own number, or null.</param>
    /// <inheritdoc cref="Flag"/>
    public abstract double? Optional(string name, double? value);

    /// <summary>
    /// Whether a member that is left out where it says nothing is there: <paramref name="here"/> when saving, whether the file has it when
    /// loading. So files of before there was such a member can be loaded.
    /// </summary>
    internal abstract bool Has(string name, bool here);

    /// <summary>A text, which may be empty.</summary>
    /// <param name="name">What the text is called.</param>
    /// <param name="value">The object's own text: well-formed Unicode.</param>
    /// <returns><paramref name="value"/> when saving, the value of the file when loading.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the name is taken, or the name or the text has a surrogate without its partner.
    /// </exception>
    /// <exception cref="InvalidDataException">Loading: the file has no member of that name, or one of another kind.</exception>
    public abstract string Text(string name, string value);

    /// <summary>A list of unsigned integers of 64 bits, of any length.</summary>
    /// <param name="name">What the list is called.</param>
    /// <param name="value">The object's own integers.</param>
    /// <returns>A copy of <paramref name="value"/> when saving, the integers of the file when loading: check how many there are.</returns>
    /// <inheritdoc cref="Flag"/>
    public abstract ulong[] Words(string name, ReadOnlySpan<ulong> value);

    /// <summary>A list of doubles, of any length, each as <see cref="Number"/> keeps it. A tensor takes less room for many.</summary>
    /// <param name="name">What the list is called.</param>
    /// <param name="value">The object's own numbers.</param>
    /// <returns>A copy of <paramref name="value"/> when saving, the numbers of the file when loading: check how many there are.</returns>
    /// <inheritdoc cref="Flag"/>
    public abstract double[] Numbers(string name, ReadOnlySpan<double> value);

    /// <summary>A list of texts, of any length, such as names of parameters.</summary>
    /// <param name="name">What the list is called.</param>
    /// <param name="value">The object's own texts: well-formed Unicode, none of them null. They are enumerated once, when saving.</param>
    /// <returns>The texts of <paramref name="value"/> when saving, those of the file when loading: check how many there are.</returns>
    /// <inheritdoc cref="Text"/>
    public abstract string[] Names(string name, IEnumerable<string> value);

    /// <summary>
    /// Floats that belong to a parameter, such as the moment of its gradients: a tensor <c>PART/PARAMETER/STATE</c> of type F32. When a
    /// run is loaded, they are read into the memory after everything has been checked.
    /// </summary>
    /// <param name="parameter">A parameter of the checkpoint's stores.</param>
    /// <param name="state">What the state is called; the same for each parameter.</param>
    /// <param name="shape">The lengths of the dimensions, which the file must have, too; usually the parameter's.</param>
    /// <param name="memory">The object's own floats, row by row, as many as the shape has. Not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="memory"/> has another length than <paramref name="shape"/>.</exception>
    public abstract void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory);

    /// <summary>
    /// Compressed state of a parameter: a tensor <c>PART/PARAMETER/STATE</c> of codes, and one of scales if there are any.
    /// </summary>
    internal abstract void Tensor(Parameter parameter, string state, ICodedState codes);

    /// <summary>As <see cref="Tensor(Parameter, string, Shape, Memory{float})"/>, where only some of the floats are here.</summary>
    /// <param name="parameter">A parameter of the checkpoint's stores.</param>
    /// <param name="state">What the state is called.</param>
    /// <param name="shape">The lengths of the dimensions of the whole.</param>
    /// <param name="memory">The floats that are here, which may be all.</param>
    /// <param name="start">Where they start in the whole, row by row.</param>
    internal virtual void TensorPart(Parameter parameter, string state, Shape shape, Memory<float> memory, int start)
    {
        if (memory.Length != shape.ElementCount)
        {
            throw new InvalidOperationException(
                $"{Path}: of {state} of {parameter} only {memory.Length} elements are here, as the optimizer steps a part; "
                + "gather the whole state before saving.");
        }

        Tensor(parameter, state, shape, memory);
    }

    /// <summary>
    /// Floats that belong to no parameter, such as the running mean of a layer: a tensor <c>PART/STATE</c> of type F32. When a run is
    /// loaded, they are read into the memory after everything has been checked.
    /// </summary>
    /// <param name="state">What the state is called.</param>
    /// <param name="shape">The lengths of the dimensions, which the file must have, too.</param>
    /// <param name="memory">The object's own floats, row by row, as many as the shape has. Not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="memory"/> has another length than <paramref name="shape"/>.</exception>
    public abstract void Tensor(string state, Shape shape, Memory<float> memory);

    /// <summary>Doubles that belong to no parameter: a tensor <c>PART/STATE</c> of type F64, loaded like floats.</summary>
    /// <param name="state">What the state is called.</param>
    /// <param name="shape">The lengths of the dimensions, which the file must have, too.</param>
    /// <param name="memory">The object's own doubles, row by row, as many as the shape has. Not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="memory"/> has another length than <paramref name="shape"/>.</exception>
    public abstract void Tensor(string state, Shape shape, Memory<double> memory);

    /// <summary>
    /// A member that has members of its own, whose names may be those of others outside. Names of its tensors start with
    /// <c>PART/NAME/</c>.
    /// </summary>
    /// <param name="name">What the member is called.</param>
    /// <param name="describe">Describes the members, to the archive that it is given.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <inheritdoc cref="Flag"/>
    public abstract void Within(string name, Action<StateArchive> describe);

    /// <summary>A member that describes itself.</summary>
    /// <param name="name">What the member is called.</param>
    /// <param name="part">The member.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <inheritdoc cref="Within(string, Action{StateArchive})"/>
    public void Within(string name, IStateful part) => Within(name, Require.NotNull(part).Describe);

    /// <summary>
    /// A list of items that have members of their own: of <paramref name="count"/> items when saving, of as many as the file has when
    /// loading. Names of the tensors of item i start with <c>PART/NAME/i/</c>.
    /// </summary>
    /// <param name="name">What the list is called.</param>
    /// <param name="count">The object's own number of items.</param>
    /// <param name="describe">
    /// Describes the item whose number it is given, counted from 0, to the archive that it is given. When loading, the number may be
    /// <paramref name="count"/> or more.
    /// </param>
    /// <returns><paramref name="count"/> when saving, the number of the file's items when loading.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="describe"/> is null.</exception>
    /// <inheritdoc cref="Flag"/>
    public abstract int Each(string name, int count, Action<StateArchive, int> describe);

    /// <summary>
    /// Says what loading changes. The action is called once every part of the file has been checked and its tensors have been read, in
    /// the order of the descriptions; it must not throw. When a run is saved, it is not called.
    /// </summary>
    /// <param name="change">Takes over what the archive returned.</param>
    /// <exception cref="ArgumentNullException"><paramref name="change"/> is null.</exception>
    public abstract void Commit(Action change);

    /// <summary>A value of an enumeration, saved as its name.</summary>
    /// <param name="name">What the value is called.</param>
    /// <param name="value">The object's own value.</param>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, or one that is no name in the enumeration.
    /// </exception>
    /// <inheritdoc cref="Flag"/>
    public TEnum Choice<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum
    {
        string text = Text(name, value.ToString());
        return Enum.TryParse(text, out TEnum choice) && string.Equals(choice.ToString(), text, StringComparison.Ordinal)
            ? choice
            : throw Mismatch($"{name} is \"{text}\"; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }

    /// <summary>A text that is fixed on construction, such as the kind of the object: a file with another one is refused.</summary>
    /// <param name="name">What the text is called.</param>
    /// <param name="value">The object's own text.</param>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, one of another kind, or another value.
    /// </exception>
    /// <inheritdoc cref="Text"/>
    public void Fixed(string name, string value) => Agree(name, Text(name, value), value);

    /// <summary>A flag that is fixed on construction: a file with another one is refused.</summary>
    /// <param name="name">What the flag is called.</param>
    /// <param name="value">The object's own flag.</param>
    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, bool value) => Agree(name, Flag(name, value), value);

    /// <summary>An integer that is fixed on construction: a file with another one is refused.</summary>
    /// <param name="name">What the integer is called.</param>
    /// <param name="value">The object's own integer.</param>
    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, long value) => Agree(name, Integer(name, value, long.MinValue), value);

    /// <summary>A number that is fixed on construction: a file with another one is refused.</summary>
    /// <param name="name">What the number is called.</param>
    /// <param name="value">The object's own number.</param>
    /// <inheritdoc cref="Fixed(string, string)"/>
    public void Fixed(string name, double value) => Agree(name, Number(name, value), value);

    /// <summary>An exception that refuses the file, for the description to throw.</summary>
    /// <param name="message">What does not fit, its value and what is allowed, as a sentence. <see cref="Path"/> is put in front.</param>
    /// <param name="cause">What noticed it, or null.</param>
    /// <returns>The exception, which whoever loads the file turns into the documented one.</returns>
    public InvalidDataException Mismatch(string message, Exception? cause = null) => new($"{Path}: {message}", cause);

    private void Agree<T>(string name, T found, T own)
        where T : IEquatable<T>
    {
        if (!found.Equals(own))
            throw Mismatch($"{name} is {found} in the file, but {own} here; it is fixed on construction and must be the same.");
    }
}
