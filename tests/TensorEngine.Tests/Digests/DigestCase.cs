namespace TensorEngine.Tests.Digests;

/// <summary>Something whose bits must stay as they are.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Compute">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record DigestCase(string Name, Func<string> Compute)
{
    /// <summary>The digest of all that <paramref name="fill"/> adds.</summary>
    public static DigestCase Of(string name, Action<Digest> fill) => new(name, () =>
    {
        using var digest = new Digest();
        fill(digest);
        return digest.ToString();
    });

    public override string ToString() => Name;
}
