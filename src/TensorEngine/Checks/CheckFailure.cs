namespace TensorEngine.Checks;

/// <summary>A broken promise: where it broke, what was expected and what was found.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="Where">The step, the buffer, the element and the width: everything needed to reproduce it.</param>
/// <param name="Expected">What the promise requires; for a float, the bits and the value, as in <c>0x3F800000 (1)</c>.</param>
/// <param name="Found">What was found instead.</param>
public sealed record CheckFailure(Promise Promise, string Where, string Expected, string Found)
{
    /// <summary>
    /// As in <c>same bits at every width: step 1, value of element 3 of 17, 16 lanes: expected 0x3F800000 (1), found ...</c>
    /// </summary>
    public override string ToString() => $"{PromiseText.Of(Promise)}: {Text}";

    internal string Text => $"{Where}: expected {Expected}, found {Found}";
}
