using System.Globalization;
using System.Text;
using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Options that all optimizers have. An optimizer's options are a sealed record of its own that derives from this one: immutable, so
/// that they are checked once, and changed by <c>with</c>. Hyper-parameters are double and narrowed to float once, in the rule's
/// constructor.
/// </summary>
public abstract record OptimizerOptions
{
    private double _learningRate;

    /// <summary>Sets the default learning rate.</summary>
    /// <param name="learningRate">At least 0.</param>
    protected OptimizerOptions(double learningRate) => LearningRate = learningRate;

    /// <summary>
    /// The learning rate that a group starts with; at least 0. A rule finds the rate in force here, as the group's
    /// <see cref="ParameterGroup.LearningRate"/> sets it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = HyperParameter.NonNegative(value);
    }

    /// <summary>Whether to climb instead of to descend: the gradient's sign is turned before anything else.</summary>
    public bool Maximize { get; init; }

    /// <summary>
    /// How state is kept in memory: as float32 by default. <c>StateCompression = StateCodec.BFloat16</c> takes half of the memory. It is
    /// no part of a checkpoint: state that was saved one way is loaded into state that is kept another way. Optimizers that have to see
    /// whole parameters at once keep float32.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StateCompression StateCompression { get; init => field = Require.NotNull(value); } = StateCompression.None;

    /// <summary>What changes gradients, decay and steps of any rule; null (the default) for nothing.</summary>
    public UpdateModifiers? Modifiers { get; init; }

    /// <summary>Names and values of all options, with the decimal point and minus sign of code whatever the culture is.</summary>
    public sealed override string ToString() => InvariantText.OfRecord(GetType().Name, PrintMembers);

    /// <summary>Adds names and values to a text; modifiers if there are any, and how state is kept if it is compressed.</summary>
    /// <param name="builder">Receives them.</param>
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
    /// What no single property can check: a sentence that names two options that contradict each other and what is allowed, or null.
    /// </summary>
    protected internal virtual string? FindContradiction() => null;

    /// <summary>
    /// Describes the options that the derived record adds, for saving and loading. Returns the options with what the archive has:
    /// <c>this with { Beta1 = archive.Number(nameof(Beta1), Beta1) }</c>. What has to be the same in file and program is
    /// described by <see cref="StateArchive.Fixed(string, bool)"/>.
    /// </summary>
    /// <param name="archive">Writes the value that it is given, or returns the one that was saved.</param>
    protected internal abstract OptimizerOptions Describe(StateArchive archive);

    /// <summary>Describes all options.</summary>
    internal OptimizerOptions DescribeAll(StateArchive archive) =>
        Describe(archive) with
        {
            LearningRate = archive.Number("InitialLearningRate", LearningRate),
            Maximize = archive.Flag(nameof(Maximize), Maximize),
            Modifiers = UpdateModifiers.DescribeAny(archive, nameof(Modifiers), Modifiers),
        };

    /// <summary>The same with another rate, in an object that only a group has.</summary>
    internal void SetCurrentRate(double learningRate) => _learningRate = learningRate;

    /// <summary>Throws if two options contradict each other.</summary>
    internal void Check(string name)
    {
        if (FindContradiction() is { } contradiction)
            throw new ArgumentException($"{name}: {contradiction}", name);
    }
}
