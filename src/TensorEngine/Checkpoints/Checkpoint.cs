using System.Collections;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>
/// A training run in one safetensors file: the values of all parameters and, under names of the caller's choice, the whole state of
/// optimizers, averages, generators, plateaus and everything else that is <see cref="IStateful"/>. A run that is loaded goes on with
/// the same bits as if it had not been interrupted, on any machine.
/// <code>
/// var checkpoint = new Checkpoint(store) { { "optimizer", adam }, { "noise", generator }, { "average", average } };
/// checkpoint.Save("run.safetensors");
/// checkpoint.Load("run.safetensors");        // later, with everything made as it was made then
/// </code>
/// </summary>
/// <remarks>
/// <para>Saved are values, whether parameters are trainable, state by parameter name and PyTorch's name for it, step counts, the
/// options of all groups and which parameters are in them, gradient options, and <see cref="Notes"/>. What is fixed on
/// construction (the kind of optimizer, AMSGrad, the number of groups, an interval) has to be the same in the file; what can be
/// set is taken over from it, as PyTorch's load_state_dict does. Gradients are not saved: save between steps. Schedules are functions
/// of the step number and need nothing. Optimizers and averages are saved as they are: schedule-free optimizers that have put
/// their evaluation values in place, and an average that is swapped in, are so again after loading.</para>
/// <para>The layout, version 1. A parameter's values are an F32 tensor under its own name. State is
/// <c>PART/PARAMETER/STATE</c>, as in <c>optimizer/fc1.weight/exp_avg</c>, F32 and of the parameter's shape (Adafactor's row_var and
/// col_var have a 1 in the place of the dimension that is averaged). State of a member within a part has the member's name in between, as
/// in <c>lookahead/optimizer/fc1.weight/exp_avg</c>. L-BFGS has F64 vectors of all its variables: <c>PART/d</c>,
/// <c>PART/prev_flat_grad</c>, and from the oldest <c>PART/old_stps/0</c> and <c>PART/old_dirs/0</c>. <c>__metadata__</c> has:</para>
/// <list type="bullet">
/// <item><c>tensorengine.version</c>, the layout's version: 1.</item>
/// <item><c>tensorengine.frozen</c>, a JSON object whose list <c>parameters</c> names those that are not trainable.</item>
/// <item>For each part <c>tensorengine.part.PART</c>, a JSON object: its kind, and what is small. Of an optimizer these are its groups of
/// options, its gradient options, and its batches: lists of parameters that have group, step count and carried numbers in
/// common. Numbers are the shortest decimal text that gives the double back, or the text NaN, Infinity or -Infinity.</item>
/// <item>Keys that do not start with <c>tensorengine.</c>, which are <see cref="Notes"/>.</item>
/// </list>
/// </remarks>
public sealed partial class Checkpoint : IEnumerable<string>
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly List<(string Name, IStateful Part)> _parts = [];

    /// <summary>Covers all parameters of one or more stores, whose layout is fixed from now on.</summary>
    /// <param name="stores">The stores; all their parameters have different names.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stores"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no store, or two parameters have the same name, or one has a name that a file keeps for something else or that has a
    /// character of code 0.
    /// </exception>
    public Checkpoint(params IEnumerable<ParameterStore> stores)
    {
        foreach (ParameterStore store in Require.NotNull(stores))
        {
            foreach (Parameter parameter in Require.NotNull(store, nameof(stores)).Parameters)
            {
                if (!CanBeInAFile(parameter.Name))
                {
                    throw new ArgumentException(
                        $"stores have a parameter called \"{parameter.Name}\"; a file cannot have the name {SafeTensorsHeader.MetadataKey} "
                        + "nor one with a character of code 0.",
                        nameof(stores));
                }

                if (!_parameters.TryAdd(parameter.Name, parameter))
                {
                    throw new ArgumentException(
                        $"stores have two parameters called \"{parameter.Name}\"; names must be unique.", nameof(stores));
                }
            }
        }

        if (_parameters.Count == 0)
            throw new ArgumentException("stores have no parameters; there is nothing to save.", nameof(stores));
        foreach (Parameter parameter in _parameters.Values)
            parameter.Store.Freeze();
    }

    /// <summary>
    /// The caller's own texts, such as the number of the epoch; saved in the file's metadata, and replaced by those of the file on
    /// loading. Keys must not start with <c>tensorengine.</c>.
    /// </summary>
    public IDictionary<string, string> Notes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds something with state to what is saved and loaded: an optimizer, an average, a generator, a type of your own.</summary>
    /// <param name="name">What the part is called in the file: ASCII letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</param>
    /// <param name="part">All its parameters belong to the checkpoint's stores.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// The name is empty, taken, has another character, or is a parameter's name up to a <c>/</c>; or a parameter belongs to another store.
    /// </exception>
    public void Add(string name, IStateful part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.'))
        {
            throw new ArgumentException(
                $"name is \"{name}\"; it must have at least one character, and only ASCII letters, digits, \"_\", \"-\" and \".\".",
                nameof(name));
        }

        if (_parts.Exists(part => string.Equals(part.Name, name, StringComparison.Ordinal)))
            throw new ArgumentException($"name is \"{name}\", which another part has; names must be unique.", nameof(name));
        if (_parameters.Keys.FirstOrDefault(other => other.StartsWith($"{name}/", StringComparison.Ordinal)) is { } similar)
        {
            throw new ArgumentException(
                $"name is \"{name}\", but there is a parameter \"{similar}\", which would look like its state.", nameof(name));
        }

        foreach (Parameter parameter in part.Parameters)
        {
            if (!_parameters.TryGetValue(parameter.Name, out Parameter? own) || own != parameter)
            {
                throw new ArgumentException(
                    $"\"{name}\" has {parameter}, which belongs to none of the checkpoint's stores.", nameof(part));
            }
        }

        _parts.Add((name, part));
    }

    /// <summary>The names of the parts, in the order in which they were added.</summary>
    public IEnumerator<string> GetEnumerator() => _parts.Select(part => part.Name).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool CanBeInAFile(string name) =>
        !name.Contains('\0', StringComparison.Ordinal) && !string.Equals(name, SafeTensorsHeader.MetadataKey, StringComparison.Ordinal);
}
