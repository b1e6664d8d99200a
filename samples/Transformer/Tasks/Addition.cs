using System.Globalization;
using TensorEngine.Generators;
using Transformer.Model;

namespace Transformer.Tasks;

/// <summary>
/// Sums of numbers of three digits, such as 347+085=2340: the digits of the sum come in reverse, as on paper, so that each depends on two
/// digits and a carry. Only the sum is to be learned; the numbers before it come by chance.
/// </summary>
public sealed class Addition : LearningTask
{
    private const int Digits = 3;
    private const int SumDigits = Digits + 1;
    private const int Numbers = 1000;
    private const int Plus = 10;
    private const int EqualSign = 11;
    private const int Question = 2 * Digits + 2;
    private const int Shown = 5;

    private readonly HashSet<int> _isHeldOut;
    private readonly int[] _heldOut;
    private readonly float[] _draws = new float[2];

    /// <summary>Holds some sums out, which are never learned.</summary>
    /// <param name="generator">Which ones.</param>
    /// <param name="heldOut">How many.</param>
    public Addition(Generator generator, int heldOut = 2000)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _isHeldOut = [];
        while (_isHeldOut.Count < heldOut)
            _isHeldOut.Add(DrawPair(generator));
        _heldOut = [.. _isHeldOut];
    }

    public override string Description =>
        string.Create(CultureInfo.InvariantCulture, $"sums of numbers of {Digits} digits; {_heldOut.Length} of a million held out");

    public override int Vocabulary => 12;

    /// <summary>All but the last digit, behind which nothing follows.</summary>
    public override int Context => Question + SumDigits - 1;

    public override string ScoreName => "Share of correct held-out sums";

    public override bool IsShare => true;

    public override IReadOnlyList<string> Example => [.. ExampleTokens.Select(token => "0123456789+="[token].ToString())];

    public override int[] ExampleTokens
    {
        get
        {
            int[] tokens = new int[Context], labels = new int[Context];
            Write(457 * Numbers + 368, tokens, labels);
            return tokens;
        }
    }

    public override void Fill(Generator generator, Span<int> tokens, Span<int> labels)
    {
        for (int start = 0; start < tokens.Length; start += Context)
        {
            int pair;
            do
                pair = DrawPair(generator);
            while (_isHeldOut.Contains(pair));
            Write(pair, tokens.Slice(start, Context), labels.Slice(start, Context));
        }
    }

    public override (double Score, IReadOnlyList<string> Samples) Judge(Gpt gpt, Writer writer, Generator sampling)
    {
        const int AtOnce = 250;
        int[] tokens = new int[Context], labels = new int[Context], questions = new int[AtOnce * Question];
        int right = 0;
        var samples = new List<string>();
        for (int first = 0; first < _heldOut.Length; first += AtOnce)
        {
            int count = Math.Min(AtOnce, _heldOut.Length - first);
            for (int i = 0; i < count; i++)
            {
                Write(_heldOut[first + i], tokens, labels);
                tokens.AsSpan(0, Question).CopyTo(questions.AsSpan(i * Question));
            }

            int[] answers = writer.Complete(questions.AsSpan(0, count * Question), count, SumDigits);
            for (int i = 0; i < count; i++)
            {
                (int left, int other) = Math.DivRem(_heldOut[first + i], Numbers);
                int answer = 0;
                for (int digit = SumDigits - 1; digit >= 0; digit--)
                    answer = 10 * answer + answers[i * SumDigits + digit];
                bool isRight = answers.AsSpan(i * SumDigits, SumDigits).IndexOfAnyExceptInRange(0, 9) < 0 && answer == left + other;
                right += isRight ? 1 : 0;
                if (samples.Count < Shown)
                {
                    samples.Add(string.Create(
                        CultureInfo.InvariantCulture, $"{left} + {other} = {answer}{(isRight ? "" : $", should be {left + other}")}"));
                }
            }
        }

        return ((double)right / _heldOut.Length, samples);
    }

    private int DrawPair(Generator generator)
    {
        generator.Uniform(_draws, 0, Numbers);
        return (int)_draws[0] * Numbers + (int)_draws[1];
    }

    private static void Write(int pair, Span<int> tokens, Span<int> labels)
    {
        (int left, int right) = Math.DivRem(pair, Numbers);
        Span<int> all = stackalloc int[Question + SumDigits];
        (all[Digits], all[Question - 1]) = (Plus, EqualSign);
        int sum = left + right;
        for (int i = 0; i < Digits; i++, left /= 10, right /= 10)
            (all[Digits - 1 - i], all[Question - 2 - i]) = (left % 10, right % 10);
        for (int i = 0; i < SumDigits; i++, sum /= 10)
            all[Question + i] = sum % 10;
        all[..^1].CopyTo(tokens);
        all[1..].CopyTo(labels);
        labels[..(Question - 1)].Fill(Ignored);
    }
}
