using System.Globalization;
using Samples.Shared.CommandLine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using Transformer.Model;

namespace Transformer.Tasks;

/// <summary>The characters of a text: which one comes next?</summary>
public sealed class Text : LearningTask
{
    private const int MostCharacters = 4096;
    private const int Written = 200;
    private const double Temperature = 0.8;

    private readonly char[] _characters;
    private readonly int[] _training;
    private readonly int[] _test;
    private readonly float[] _draw = new float[1];
    private readonly string _name;

    /// <summary>Reads a text; the last tenth is held out.</summary>
    /// <param name="path">A file of UTF-8.</param>
    /// <param name="context">The characters that the model looks back at.</param>
    /// <exception cref="InputException">It cannot be read, or is too short or of too many kinds of characters.</exception>
    public Text(string path, int context)
    {
        Context = context;
        _name = Path.GetFileName(path);
        string text;
        try
        {
            text = File.ReadAllText(path).ReplaceLineEndings("\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"--text {path} cannot be read: {exception.Message}", exception);
        }

        _characters = [.. text.Distinct().Order()];
        int least = 20 * (context + 1);
        if (text.Length < least || _characters.Length > MostCharacters)
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"--text {path} has {text.Length} characters, {_characters.Length} of them different; it must have at least {least} and at "
                + $"most {MostCharacters}."));
        }

        int[] tokens = [.. text.Select(character => Array.BinarySearch(_characters, character))];
        _training = tokens[..(tokens.Length * 9 / 10)];
        _test = tokens[_training.Length..];
    }

    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{_name}: {_training.Length} characters to learn, {_test.Length} held out, {_characters.Length} different ones");

    public override int Vocabulary => _characters.Length;

    public override int Context { get; }

    public override string ScoreName => "Loss on the held-out text (nats per character)";

    public override bool IsShare => false;

    public override IReadOnlyList<string> Example =>
        [.. ExampleTokens.Select(token => _characters[token] switch { '\n' => "\u21b5", ' ' => "\u2423", char other => other.ToString() })];

    public override int[] ExampleTokens => _test[..Math.Min(Context, 24)];

    public override void Fill(Generator generator, Span<int> tokens, Span<int> labels)
    {
        for (int start = 0; start < tokens.Length; start += Context)
        {
            generator.Uniform(_draw, 0, 1);
            int first = (int)((double)_draw[0] * (_training.Length - Context));
            _training.AsSpan(first, Context).CopyTo(tokens[start..]);
            _training.AsSpan(first + 1, Context).CopyTo(labels[start..]);
        }
    }

    public override (double Score, IReadOnlyList<string> Samples) Judge(Gpt gpt, Writer writer, Generator sampling)
    {
        const int MostSequences = 64;
        var tape = new Tape();
        double sum = 0;
        int count = Math.Min(MostSequences, (_test.Length - 1) / Context);
        using (tape.NoGradient())
        {
            for (int i = 0; i < count; i++)
            {
                tape.Reset();
                int first = (int)((long)i * (_test.Length - 1 - Context) / count);
                sum += gpt.Logits(tape, _test.AsSpan(first, Context), 1).CrossEntropy(_test.AsSpan(first + 1, Context)).Item();
            }
        }

        int[] written = writer.Draw(_test.AsSpan(0, Math.Min(Context / 2, 16)), Written, Temperature, sampling);
        return (sum / count, [string.Concat(written.Select(token => _characters[token]))]);
    }
}
