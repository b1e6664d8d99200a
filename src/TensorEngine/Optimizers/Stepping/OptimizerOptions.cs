using System.Globalization;
using System.Text;
using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Options common to all optimizers. Each optimizer has its own sealed record that derives from this one. Options are immutable, so that
/// they are checked only once; use <c>with</c> to change them. Hyperparameters are doubles and are narrowed to float once, in the rule's
/// constructor.
/// </summary>
public abstract record OptimizerOptions
{
    private double _learningRate;

    /// <summary>Sets the default learning rate.</summary>
    /// <param name="learningRate">At least 0.</param>
    protected OptimizerOptions(double learningRate) => LearningRate = learningRate;

    /// <summary>
    /// The initial learning rate of a group; at least 0. In a rule, this is the current rate, as set by the group's
    /// <see cref="ParameterGroup.LearningRate"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = HyperParameter.NonNegative(value);
    }

    /// <summary>Whether to maximize instead of minimize: the gradient's sign is reversed before anything else.</summary>
    public bool Maximize { get; init; }

    /// <summary>
    /// How state is stored in memory: as float32 by default. <c>StateCompression = StateCodec.BFloat16</c> takes half the memory.
    /// Compression is not part of a checkpoint: state saved with one codec can be loaded with another. Optimizers that need whole
    /// parameters always use float32.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StateCompression StateCompression { get; init => field = Require.NotNull(value); } = StateCompression.None;

    /// <summary>Modifiers of the gradients, decay and steps of any rule, or null (the default) for none.</summary>
    public UpdateModifiers? Modifiers { get; init; }

    /// <summary>Returns the names and values of all options, formatted in the invariant culture.</summary>
    public sealed override string ToString() => InvariantText.OfRecord(GetType().Name, PrintMembers);

    /// <summary>Appends names and values to a text; modifiers only if there are any, and compression only if state is compressed.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>Whether there are any: true.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        Require.NotNull(builder).Append(CultureInfo.InvariantCulture, $"LearningRate = {LearningRate}, Maximize = {Maximize}");
        if (Modifiers is not null)
            builder.Append(CultureInfo.InvariantCulture, $", Modifiers = {Modifiers}");
        if (StateCompression is { IsNone: false })
            builder.Append(CultureInfo.InvariantCulture, $", StateCompression = {StateCompression}");
        return true;
    }

    /// <summary>
    /// Checks what no single property can check. Returns a sentence that names two options that contradict each other and what is allowed,
    /// or null.
    /// </summary>
    protected internal virtual string? FindContradiction() => null;

    /// <summary>
    /// Describes the options that the derived record adds, for saving and loading, and returns the options with the values from the
    /// archive: <c>this with { Beta1 = archive.Number(nameof(Beta1), Beta1) }</c>. For an option that must be the same in the file and the
    /// program, use <see cref="StateArchive.Fixed(string, bool)"/>.
    /// </summary>
    /// <param name="archive">Writes the value passed to it, or returns the saved one.</param>
    protected internal abstract OptimizerOptions Describe(StateArchive archive);

    /// <summary>Describes all options.</summary>
    internal OptimizerOptions DescribeAll(StateArchive archive) =>
        Describe(archive) with
        {
            LearningRate = archive.Number("InitialLearningRate", LearningRate),
            Maximize = archive.Flag(nameof(Maximize), Maximize),
            Modifiers = UpdateModifiers.DescribeAny(archive, nameof(Modifiers), Modifiers),
        };

    /// <summary>Changes the rate, in an object that only a group uses.</summary>
    internal void SetCurrentRate(double learningRate) => _learningRate = learningRate;

    /// <summary>Throws if two options contradict each other.</summary>
    internal void Check(string name)
    {
        if (FindContradiction() is { } contradiction)
            throw new ArgumentException($"{name}: {contradiction}", name);
    }
}
