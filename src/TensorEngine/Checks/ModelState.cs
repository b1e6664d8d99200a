using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>A copy of everything a step changes.</summary>
internal sealed class ModelState
{
    private readonly string[] _names;
    private readonly ParameterState[] _parameters;

    /// <summary>Copies.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="carriedOf">Gets the carried numbers of a parameter, given its position.</param>
    public ModelState(Optimizer optimizer, Func<int, CarriedNumbers> carriedOf)
    {
        _names = ["value", .. optimizer.StateNames];
        _parameters =
        [
            .. optimizer.Parameters.Select((parameter, slot) => new ParameterState(
                parameter.Name,
                [parameter.Values.ToArray(), .. optimizer.StateNames.Select(name => optimizer.State(parameter, name).ToArray())],
                optimizer.StepCount(parameter),
                carriedOf(slot))),
        ];
    }

    /// <summary>Finds the differences from the expected state, in all parameters or in one.</summary>
    /// <param name="expected">The expected state.</param>
    /// <param name="when">When the difference was found, for the message.</param>
    /// <param name="parameter">The name of the parameter to compare, or null for all.</param>
    /// <param name="values">Whether to compare the values as well as the optimizer's own state.</param>
    public IEnumerable<Finding> DifferencesFrom(ModelState expected, string when, string? parameter = null, bool values = true)
    {
        for (int p = 0; p < _parameters.Length; p++)
        {
            ParameterState found = _parameters[p], right = expected._parameters[p];
            if (parameter is not null && !string.Equals(parameter, found.Name, StringComparison.Ordinal))
                continue;
            for (int i = values ? 0 : 1; i < _names.Length; i++)
            {
                if (FloatBits.FirstDifference(found.Buffers[i], right.Buffers[i]) is >= 0 and int index)
                {
                    yield return new(
                        $"{when}, {_names[i]} of element {index} of parameter {found.Name}",
                        FloatBits.Text(right.Buffers[i][index]),
                        FloatBits.Text(found.Buffers[i][index]));
                }
            }

            if (found.StepCount != right.StepCount)
                yield return new($"{when}, steps of parameter {found.Name}", $"{right.StepCount}", $"{found.StepCount}");
            for (int i = 0; i < CarriedNumbers.Capacity; i++)
            {
                if (!found.Carried[i].Equals(right.Carried[i]))
                {
                    yield return new(
                        $"{when}, Carried[{i}] of parameter {found.Name}",
                        FloatBits.Text(right.Carried[i]),
                        FloatBits.Text(found.Carried[i]));
                }
            }
        }
    }

    /// <summary>Determines whether any value has changed and is finite.</summary>
    public bool HasMovedFrom(ModelState before) =>
        _parameters.Zip(before._parameters).Any(pair => pair.First.Buffers[0].Zip(pair.Second.Buffers[0]).Any(
            values => float.IsFinite(values.First) && !FloatBits.Same(values.First, values.Second)));

    private sealed record ParameterState(string Name, float[][] Buffers, long StepCount, CarriedNumbers Carried);
}
