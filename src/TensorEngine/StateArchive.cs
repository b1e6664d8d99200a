namespace TensorEngine;

/// <summary>
/// Receives the description of an <see cref="IStateful"/>'s state. One description serves saving, loading and checking. Each call passes a
/// name and the object's own value. When a run is saved, the archive writes that value and returns it; when a run is loaded, the archive
/// returns the value from the file.
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
/// <para>A description changes nothing itself. Loading changes only the memory of tensors and what the actions passed to
/// <see cref="Commit"/> change. Both wait until every part of the file has been described and found to match, so a file that does not match
/// leaves the run unchanged.</para>
/// <para>The description must use the same names for saving and loading. It may depend on what the archive has returned before: a list
/// whose length was saved first, for example. The file must have exactly the described members.</para>
/// <para>To refuse a file, throw <see cref="Mismatch"/>. An <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/> that
/// the description throws while loading, for example from the setter of a property, also refuses the file, with its message.</para>
/// <para>The name of a member is any well-formed text that is unique in its part, <see cref="Within(string, Action{StateArchive})"/> or
/// list item. Members can be nested 32 deep. State that could not be loaded again is refused when it is saved. Only the library derives
/// from this class.</para>
/// </remarks>
public abstract class StateArchive
{
    /// <summary>The maximum nesting depth of objects and lists in the file.</summary>
    internal const int MaximumDepth = 32;

    /// <summary>The largest value of a <see cref="Count"/>: 2^62. This leaves room to count as many again.</summary>
    public const long LargestCount = 1L << 62;

    private protected StateArchive()
    {
    }

    /// <summary>
    /// The current location in the file, such as <c>"optimizer".groups[1]</c>: the part's name in quotation marks, then the enclosing
    /// members and items. Messages of refusals start with it.
    /// </summary>
    public abstract string Path { get; }

    /// <summary>Describes a value that is true or false.</summary>
    /// <param name="name">The name of the value.</param>
    /// <param name="value">The object's own value.</param>
    /// <returns><paramref name="value"/> when saving, the value from the file when loading.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the name is taken, or contains an unpaired surrogate.
    /// </exception>
    /// <exception cref="InvalidDataException">Loading: the file has no member of that name, or one of a different kind.</exception>
    public abstract bool Flag(string name, bool value);

    /// <summary>Describes an integer from <paramref name="least"/> to <paramref name="most"/>; by default a non-negative integer.</summary>
    /// <param name="name">The name of the integer.</param>
    /// <param name="value">The object's own integer, in the same range.</param>
    /// <param name="least">The smallest allowed integer.</param>
    /// <param name="most">The largest allowed integer.</param>
    /// <inheritdoc cref="Flag" path="/returns"/>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the value is out of its range, or the name is taken or contains an unpaired surrogate.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, one of another kind, or an integer out of the range.
    /// </exception>
    public abstract long Integer(string name, long value, long least = 0, long most = long.MaxValue);

    /// <summary>Describes a counter that continues after loading: from 0 to <see cref="LargestCount"/>.</summary>
    /// <inheritdoc cref="Integer"/>
    public long Count(string name, long value) => Integer(name, value, 0, LargestCount);

    /// <summary>Describes any double. Loading restores the saved bits, except for the payload of a NaN.</summary>
    /// <param name="name">The name of the number.</param>
    /// <param name="value">The object's own number.</param>
    /// <inheritdoc cref="Flag" path="/returns|/exception"/>
    public abstract double Number(string name, double value);

    /// <summary>Describes any double, or null for none.</summary>
    /// <param name="name">The name of the number.</param>
    /// <param name="value">The object's own number, or null.</param>
    /// <inheritdoc cref="Flag" path="/returns|/exception"/>
    public abstract double? Optional(string name, double? value);

    /// <summary>
    /// Returns whether an optional member is present: <paramref name="here"/> when saving, whether the file has it when loading. So files
    /// from before the member existed can be loaded.
    /// </summary>
    internal abstract bool Has(string name, bool here);

    /// <summary>Describes a text, which may be empty.</summary>
    /// <param name="name">The name of the text.</param>
    /// <param name="value">The object's own text: well-formed Unicode.</param>
    /// <returns><paramref name="value"/> when saving, the value from the file when loading.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// Saving: the name is taken, or the name or the text contains an unpaired surrogate.
    /// </exception>
    /// <exception cref="InvalidDataException">Loading: the file has no member of that name, or one of a different kind.</exception>
    public abstract string Text(string name, string value);

    /// <summary>Describes a list of unsigned 64-bit integers, of any length.</summary>
    /// <param name="name">The name of the list.</param>
    /// <param name="value">The object's own integers.</param>
    /// <returns>A copy of <paramref name="value"/> when saving, the integers of the file when loading: check their number.</returns>
    /// <inheritdoc cref="Flag" path="/exception"/>
    public abstract ulong[] Words(string name, ReadOnlySpan<ulong> value);

    /// <summary>
    /// Describes a list of doubles, of any length, each as in <see cref="Number"/>. For many numbers a tensor takes less space.
    /// </summary>
    /// <param name="name">The name of the list.</param>
    /// <param name="value">The object's own numbers.</param>
    /// <returns>A copy of <paramref name="value"/> when saving, the numbers of the file when loading: check their number.</returns>
    /// <inheritdoc cref="Flag" path="/exception"/>
    public abstract double[] Numbers(string name, ReadOnlySpan<double> value);

    /// <summary>Describes a list of texts, of any length, such as names of parameters.</summary>
    /// <param name="name">The name of the list.</param>
    /// <param name="value">The object's own texts: well-formed Unicode, none of them null. They are enumerated once, when saving.</param>
    /// <returns>The texts of <paramref name="value"/> when saving, those of the file when loading: check their number.</returns>
    /// <inheritdoc cref="Text" path="/exception"/>
    public abstract string[] Names(string name, IEnumerable<string> value);

    /// <summary>
    /// Describes floats that belong to a parameter, such as the moment of its gradients, as a tensor <c>PART/PARAMETER/STATE</c> of type
    /// F32. When a run is loaded, they are read into the memory after everything has been checked.
    /// </summary>
    /// <param name="parameter">A parameter of the checkpoint's stores.</param>
    /// <param name="state">The name of the state; the same for each parameter.</param>
    /// <param name="shape">The lengths of the dimensions, which must be the same in the file; usually the parameter's.</param>
    /// <param name="memory">The object's own floats, in row-major order, as many as the shape has. They are not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="memory"/> is not that of <paramref name="shape"/>.</exception>
    public abstract void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory);

    /// <summary>
    /// Describes compressed state of a parameter: a tensor <c>PART/PARAMETER/STATE</c> of codes, and one of scales if there are any.
    /// </summary>
    internal abstract void Tensor(Parameter parameter, string state, ICodedState codes);

    /// <summary>As <see cref="Tensor(Parameter, string, Shape, Memory{float})"/>, if only some of the floats are present.</summary>
    /// <param name="parameter">A parameter of the checkpoint's stores.</param>
    /// <param name="state">The name of the state.</param>
    /// <param name="shape">The lengths of the dimensions of the whole.</param>
    /// <param name="memory">The floats that are present, which may be all.</param>
    /// <param name="start">The index of the first of them in the whole, in row-major order.</param>
    internal virtual void TensorPart(Parameter parameter, string state, Shape shape, Memory<float> memory, int start)
    {
        if (memory.Length != shape.ElementCount)
        {
            throw new InvalidOperationException(
                $"{Path}: {state} of {parameter} has only {memory.Length} elements here, because the optimizer steps a part; "
                + "gather the whole state before saving.");
        }

        Tensor(parameter, state, shape, memory);
    }

    /// <summary>
    /// Describes floats that belong to no parameter, such as the running mean of a layer, as a tensor <c>PART/STATE</c> of type F32. When a
    /// run is loaded, they are read into the memory after everything has been checked.
    /// </summary>
    /// <param name="state">The name of the state.</param>
    /// <param name="shape">The lengths of the dimensions, which must be the same in the file.</param>
    /// <param name="memory">The object's own floats, in row-major order, as many as the shape has. They are not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="memory"/> is not that of <paramref name="shape"/>.</exception>
    public abstract void Tensor(string state, Shape shape, Memory<float> memory);

    /// <summary>
    /// Describes doubles that belong to no parameter, as a tensor <c>PART/STATE</c> of type F64. They are loaded like floats.
    /// </summary>
    /// <param name="state">The name of the state.</param>
    /// <param name="shape">The lengths of the dimensions, which must be the same in the file.</param>
    /// <param name="memory">The object's own doubles, in row-major order, as many as the shape has. They are not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="memory"/> is not that of <paramref name="shape"/>.</exception>
    public abstract void Tensor(string state, Shape shape, Memory<double> memory);

    /// <summary>
    /// Describes a member with members of its own, whose names need to be unique only among themselves. Names of its tensors start with
    /// <c>PART/NAME/</c>.
    /// </summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="describe">Describes the members to the archive passed to it.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <inheritdoc cref="Flag" path="/exception"/>
    public abstract void Within(string name, Action<StateArchive> describe);

    /// <summary>Describes a member that describes itself.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="part">The member.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <inheritdoc cref="Within(string, Action{StateArchive})" path="/exception"/>
    public void Within(string name, IStateful part) => Within(name, Require.NotNull(part).Describe);

    /// <summary>
    /// Describes a list of items that have members of their own: <paramref name="count"/> items when saving, as many as the file has when
    /// loading. Names of the tensors of item i start with <c>PART/NAME/i/</c>.
    /// </summary>
    /// <param name="name">The name of the list.</param>
    /// <param name="count">The object's own number of items.</param>
    /// <param name="describe">
    /// Describes the item with the given number, counted from 0, to the given archive. When loading, the number may be
    /// <paramref name="count"/> or more.
    /// </param>
    /// <returns><paramref name="count"/> when saving, the number of the file's items when loading.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="describe"/> is null.</exception>
    /// <inheritdoc cref="Flag" path="/exception"/>
    public abstract int Each(string name, int count, Action<StateArchive, int> describe);

    /// <summary>
    /// Registers what loading changes. The actions are called in the order of the descriptions, after every part of the file has been
    /// checked and all tensors have been read. An action must not throw. When a run is saved, it is not called.
    /// </summary>
    /// <param name="change">Applies the values that the archive returned.</param>
    /// <exception cref="ArgumentNullException"><paramref name="change"/> is null.</exception>
    public abstract void Commit(Action change);

    /// <summary>Describes a value of an enumeration, saved as its name.</summary>
    /// <param name="name">The name of the value.</param>
    /// <param name="value">The object's own value.</param>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, or its text is not a name in the enumeration.
    /// </exception>
    /// <inheritdoc cref="Flag" path="/returns|/exception"/>
    public TEnum Choice<TEnum>(string name, TEnum value)
        where TEnum : struct, Enum
    {
        string text = Text(name, value.ToString());
        return Enum.TryParse(text, out TEnum choice) && string.Equals(choice.ToString(), text, StringComparison.Ordinal)
            ? choice
            : throw Mismatch($"{name} is \"{text}\"; it must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.");
    }

    /// <summary>
    /// Describes a text that is fixed at construction, such as the kind of the object. A file with a different text is refused.
    /// </summary>
    /// <param name="name">The name of the text.</param>
    /// <param name="value">The object's own text.</param>
    /// <exception cref="InvalidDataException">
    /// Loading: the file has no member of that name, one of another kind, or another value.
    /// </exception>
    /// <inheritdoc cref="Text" path="/exception"/>
    public void Fixed(string name, string value) => Agree(name, Text(name, value), value);

    /// <summary>Describes a flag that is fixed at construction. A file with a different flag is refused.</summary>
    /// <param name="name">The name of the flag.</param>
    /// <param name="value">The object's own flag.</param>
    /// <inheritdoc cref="Fixed(string, string)" path="/exception"/>
    public void Fixed(string name, bool value) => Agree(name, Flag(name, value), value);

    /// <summary>Describes an integer that is fixed at construction. A file with a different integer is refused.</summary>
    /// <param name="name">The name of the integer.</param>
    /// <param name="value">The object's own integer.</param>
    /// <inheritdoc cref="Fixed(string, string)" path="/exception"/>
    public void Fixed(string name, long value) => Agree(name, Integer(name, value, long.MinValue), value);

    /// <summary>Describes a number that is fixed at construction. A file with a different number is refused.</summary>
    /// <param name="name">The name of the number.</param>
    /// <param name="value">The object's own number.</param>
    /// <inheritdoc cref="Fixed(string, string)" path="/exception"/>
    public void Fixed(string name, double value) => Agree(name, Number(name, value), value);

    /// <summary>Creates an exception that refuses the file, for the description to throw.</summary>
    /// <param name="message">
    /// A sentence that says what does not match, its value and what is allowed. It is prefixed with <see cref="Path"/>.
    /// </param>
    /// <param name="cause">The underlying exception, or null.</param>
    /// <returns>The exception, which the loading code converts to the documented one.</returns>
    public InvalidDataException Mismatch(string message, Exception? cause = null) => new($"{Path}: {message}", cause);

    private void Agree<T>(string name, T found, T own)
        where T : IEquatable<T>
    {
        if (!found.Equals(own))
            throw Mismatch($"{name} is {found} in the file, but {own} here; it is fixed at construction and must be the same.");
    }
}
