using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>The result of comparing the values in a file with those of a store.</summary>
public sealed class LoadReport
{
    internal LoadReport(
        IReadOnlyList<Parameter> loaded,
        IReadOnlyList<Parameter> missing,
        IReadOnlyList<StoredTensor> unexpected,
        IReadOnlyList<MismatchedTensor> mismatched)
    {
        Loaded = loaded;
        Missing = missing;
        Unexpected = unexpected;
        Mismatched = mismatched;
    }

    /// <summary>The parameters whose values were loaded from the file.</summary>
    public IReadOnlyList<Parameter> Loaded { get; }

    /// <summary>The parameters that are not in the file.</summary>
    public IReadOnlyList<Parameter> Missing { get; }

    /// <summary>The tensors in the file that do not belong to any parameter.</summary>
    public IReadOnlyList<StoredTensor> Unexpected { get; }

    /// <summary>The parameters whose tensor in the file has a different shape, or a type that cannot be read as float.</summary>
    public IReadOnlyList<MismatchedTensor> Mismatched { get; }

    /// <summary>Whether the file has exactly the store's parameters: none missing, none unexpected, none mismatched.</summary>
    public bool IsExactMatch => Missing.Count == 0 && Unexpected.Count == 0 && Mismatched.Count == 0;

    /// <summary>Returns the differences, the first few of each kind.</summary>
    public override string ToString()
    {
        const int Shown = 5;
        var parts = new List<string>();
        Append("not in the file: ", Missing.Select(parameter => parameter.ToString()), Missing.Count);
        Append("only in the file: ", Unexpected.Select(tensor => tensor.ToString()), Unexpected.Count);
        Append("different: ", Mismatched.Select(tensor => tensor.ToString()), Mismatched.Count);
        return parts.Count == 0 ? "The file has exactly the store's parameters." : $"The values do not match; {string.Join("; ", parts)}.";

        void Append(string what, IEnumerable<string> names, int count)
        {
            if (count > 0)
                parts.Add($"{what}{string.Join(", ", names.Take(Shown))}{(count > Shown ? $" and {count - Shown} more" : "")}");
        }
    }
}

/// <summary>A tensor that has the name of a parameter but cannot be its values.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Stored">The tensor in the file.</param>
public readonly record struct MismatchedTensor(Parameter Parameter, StoredTensor Stored)
{
    /// <summary>Returns both shapes, such as <c>fc1.weight F32 [50, 64] for fc1.weight [100, 64]</c>.</summary>
    public override string ToString() => $"{Stored} for {Parameter}";
}
