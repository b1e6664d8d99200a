namespace TensorEngine.Files;

/// <summary>A member of an .npz archive that is no array of a type that is read.</summary>
/// <param name="Name">The member's whole name, as the archive has it.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public readonly record struct LeftOutMember(string Name, string Reason)
{
    /// <summary>Name and reason.</summary>
    public override string ToString() => $"{Excerpt.Quoted(Name)}: {Reason}";
}
