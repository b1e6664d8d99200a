namespace TensorEngine.Files;

/// <summary>A member of an .npz archive that is not an array of a supported type.</summary>
/// <param name="Name">The member's full name in the archive.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public readonly record struct LeftOutMember(string Name, string Reason)
{
    /// <summary>Returns the name and the reason.</summary>
    public override string ToString() => $"{Excerpt.Quoted(Name)}: {Reason}";
}
