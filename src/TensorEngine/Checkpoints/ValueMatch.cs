using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>Finds the values of parameters among a file's tensors.</summary>
internal static class ValueMatch
{
    /// <summary>Compares; reads and changes nothing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="parameters">The parameters, by name.</param>
    /// <param name="candidates">The tensors that may be values.</param>
    /// <param name="rename">Returns the name here for a name in the file.</param>
    /// <param name="load">Receives the matching tensors.</param>
    /// <exception cref="CheckpointMismatchException">Two tensors belong to one parameter.</exception>
    public static LoadReport Find(
        SafeTensorsFile file,
        IReadOnlyDictionary<string, Parameter> parameters,
        IEnumerable<StoredTensor> candidates,
        Func<string, string> rename,
        StateLoad load)
    {
        var loaded = new List<Parameter>();
        var unexpected = new List<StoredTensor>();
        var mismatched = new List<MismatchedTensor>();
        var claimed = new Dictionary<Parameter, StoredTensor>(parameters.Count);
        foreach (StoredTensor tensor in candidates)
        {
            if (!parameters.TryGetValue(rename(tensor.Name), out Parameter? parameter))
            {
                unexpected.Add(tensor);
                continue;
            }

            if (!claimed.TryAdd(parameter, tensor))
            {
                throw new CheckpointMismatchException(
                    file.Path,
                    $"{Excerpt.Quoted(claimed[parameter].Name)} and {Excerpt.Quoted(tensor.Name)} both belong to {parameter}; "
                    + "the prefixes must leave only one.");
            }

            StateTensor values = StateTensor.ValuesOf(parameter);
            if (!values.Fits(tensor))
            {
                mismatched.Add(new(parameter, tensor));
                continue;
            }

            load.Add(tensor, values);
            loaded.Add(parameter);
        }

        Parameter[] missing = [.. parameters.Values.Where(parameter => !claimed.ContainsKey(parameter))];
        return new LoadReport(loaded.AsReadOnly(), Array.AsReadOnly(missing), unexpected.AsReadOnly(), mismatched.AsReadOnly());
    }
}
