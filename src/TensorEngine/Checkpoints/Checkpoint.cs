using System.Collections;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>
/// Saves and loads a training run in one safetensors file: the values of all parameters and, under names that you choose, the complete
/// state of optimizers, averages, generators, plateaus and everything else that implements <see cref="IStateful"/>. A run that is loaded
/// continues with the same bits as if it had not been interrupted, on any machine.
/// <code>
/// var checkpoint = new Checkpoint(store) { { "optimizer", adam }, { "noise", generator }, { "average", average } };
/// checkpoint.Save("run.safetensors");
/// checkpoint.Load("run.safetensors");        // later, with everything created in the same way
/// </code>
/// </summary>
/// <remarks>
/// <para>A checkpoint contains values, whether parameters are trainable, state by parameter name and PyTorch's name for it, step counts,
/// the options of all groups and their parameters, gradient options, and <see cref="Notes"/>. Settings that are fixed at construction (the
/// kind of optimizer, AMSGrad, the number of groups, an interval) must be the same in the file; settings that can be changed are loaded
/// from it, as in PyTorch's load_state_dict. Gradients are not saved: save between steps. Schedules are functions of the step number and
/// need not be saved. Optimizers and averages are saved in their current condition: if a schedule-free optimizer has its evaluation values
/// in place, or an average is swapped in, this is also the case after loading.</para>
/// <para>The layout, version 1. A parameter's values are an F32 tensor under its own name. State is
/// <c>PART/PARAMETER/STATE</c>, such as <c>optimizer/fc1.weight/exp_avg</c>, F32 and of the parameter's shape (Adafactor's row_var and
/// col_var have a 1 for the averaged dimension). State of a member within a part has the member's name in between, such as
/// <c>lookahead/optimizer/fc1.weight/exp_avg</c>. L-BFGS has F64 vectors of all its variables: <c>PART/d</c>, <c>PART/prev_flat_grad</c>,
/// and, from the oldest on, <c>PART/old_stps/0</c> and <c>PART/old_dirs/0</c>. <c>__metadata__</c> has:</para>
/// <list type="bullet">
/// <item><c>tensorengine.version</c>, the layout's version: 1.</item>
/// <item><c>tensorengine.frozen</c>, a JSON object whose list <c>parameters</c> names those that are not trainable.</item>
/// <item>For each part <c>tensorengine.part.PART</c>, a JSON object with its kind and small values. For an optimizer these are its groups
/// of options, its gradient options, and its batches: lists of parameters with the same group, step count and carried numbers. A number is
/// the shortest decimal text that gives the same double, or the text NaN, Infinity or -Infinity.</item>
/// <item>Keys that do not start with <c>tensorengine.</c>, which are <see cref="Notes"/>.</item>
/// </list>
/// </remarks>
public sealed partial class Checkpoint : IEnumerable<string>
{
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly List<(string Name, IStateful Part)> _parts = [];

    /// <summary>Creates a checkpoint of all parameters of one or more stores, and fixes their layout.</summary>
    /// <param name="stores">The stores; all their parameters must have different names.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stores"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no store, two parameters have the same name, or one has a name that is reserved in the file or contains the character with
    /// code 0.
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
                        $"stores have a parameter \"{parameter.Name}\"; a file cannot have the name {SafeTensorsHeader.MetadataKey} "
                        + "nor one with the character with code 0.",
                        nameof(stores));
                }

                if (!_parameters.TryAdd(parameter.Name, parameter))
                {
                    throw new ArgumentException(
                        $"stores have two parameters \"{parameter.Name}\"; names must be unique.", nameof(stores));
                }
            }
        }

        if (_parameters.Count == 0)
            throw new ArgumentException("stores have no parameters; there is nothing to save.", nameof(stores));
        foreach (Parameter parameter in _parameters.Values)
            parameter.Store.Freeze();
    }

    /// <summary>
    /// Your own texts, such as the number of the epoch. They are saved in the file's metadata, and loading replaces them with those of the
    /// file. Keys may not start with <c>tensorengine.</c>.
    /// </summary>
    public IDictionary<string, string> Notes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds an object with state to the checkpoint: an optimizer, an average, a generator, or a type of your own.</summary>
    /// <param name="name">The name of the part in the file: ASCII letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</param>
    /// <param name="part">The object; all its parameters must belong to the checkpoint's stores.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// The name is empty, in use, has a character that is not allowed, or equals a parameter's name up to a <c>/</c>; or a parameter
    /// belongs to another store.
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
                    $"\"{name}\" has {parameter}, which does not belong to any of the checkpoint's stores.", nameof(part));
            }
        }

        _parts.Add((name, part));
    }

    /// <summary>Enumerates the names of the parts, in the order in which they were added.</summary>
    public IEnumerator<string> GetEnumerator() => _parts.Select(part => part.Name).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool CanBeInAFile(string name) =>
        !name.Contains('\0', StringComparison.Ordinal) && !string.Equals(name, SafeTensorsHeader.MetadataKey, StringComparison.Ordinal);
}
