using TensorEngine.Generators;
using Transformer.Model;

namespace Transformer.Tasks;

/// <summary>What a GPT is to learn.</summary>
public abstract class LearningTask
{
    /// <summary>The label of places that are not to be learned.</summary>
    public const int Ignored = -100;

    /// <summary>A line that says what it is.</summary>
    public abstract string Description { get; }

    /// <summary>How many tokens there are.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>The tokens of a sequence.</summary>
    public abstract int Context { get; }

    /// <summary>What the report calls the score.</summary>
    public abstract string ScoreName { get; }

    /// <summary>Whether a score is better the higher it is.</summary>
    public abstract bool IsShare { get; }

    /// <summary>An example whose attention is drawn, one text per token.</summary>
    public abstract IReadOnlyList<string> Example { get; }

    /// <summary>The example's tokens.</summary>
    public abstract int[] ExampleTokens { get; }

    /// <summary>Fills a batch: sequences, and the token that follows at each place or <see cref="Ignored"/>.</summary>
    public abstract void Fill(Generator generator, Span<int> tokens, Span<int> labels);

    /// <summary>How good the model is on what it has never seen.</summary>
    /// <param name="gpt">The model.</param>
    /// <param name="writer">What it writes.</param>
    /// <param name="sampling">For draws.</param>
    /// <returns>The score, and some of what it writes.</returns>
    public abstract (double Score, IReadOnlyList<string> Samples) Judge(Gpt gpt, Writer writer, Generator sampling);
}
