namespace Transformer.Model;

/// <summary>The sizes of a GPT.</summary>
/// <param name="Vocabulary">How many tokens there are.</param>
/// <param name="Context">The most tokens that it looks back at.</param>
/// <param name="Layers">The blocks.</param>
/// <param name="Heads">The heads of a block's attention.</param>
/// <param name="Width">The columns: the numbers that stand for a token; a multiple of the heads.</param>
public sealed record GptShape(int Vocabulary, int Context, int Layers, int Heads, int Width)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Layers} layers of {Heads} heads, {Width} wide, context {Context}, {Vocabulary} tokens");
}
