namespace TensorEngine.Checks;

/// <summary>A promise that was found broken: where, what was expected and what was found.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="Where">The step, the buffer, the element, the width: all that it takes to see it again.</param>
/// <param name="Expected">What the promise demands; of a float the bits and the value, as in <c>0x3F800000 (1)</c>.</param>
/// <param name="Found">What was there instead.</param>
public sealed record CheckFailure(Promise Promise, string Where, string Expected, string Found)
{
    /// <summary>
    /// As in <c>same bits at every width: step 1, value of element 3 of 17, 16 lanes: expected 0x3F800000 (1), found ...</c>
    /// </summary>
    public override string ToString() => $"{PromiseText.Of(Promise)}: {Text}";

    internal string Text => $"{Where}: expected {Expected}, found {Found}";
}
