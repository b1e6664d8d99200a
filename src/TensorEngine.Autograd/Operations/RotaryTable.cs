using TensorEngine.Numerics.Functions;

namespace TensorEngine.Autograd.Operations;

/// <summary>
/// The angles of a rotary position embedding: at position p, pair i of a row of some width is rotated by p · base^(-2i / width). Create it
/// once, for all layers.
/// Source: Su et al., RoFormer: enhanced transformer with rotary position embedding, 2021.
/// </summary>
public sealed class RotaryTable
{
    private readonly float[] _cosines;
    private readonly float[] _sines;

    /// <summary>Computes the table.</summary>
    /// <param name="width">The width of a head; even and at least 2.</param>
    /// <param name="positions">The number of positions; at least 1.</param>
    /// <param name="theta">
    /// The base, which determines how much slower the last pair rotates than the first. Above 0; 10,000 by default.
    /// </param>
    /// <param name="interleaved">
    /// Whether a pair consists of adjacent elements, 2i and 2i + 1, as in the paper (true, the default), or of elements half a width apart,
    /// i and i + width / 2, as in the files of Llama and GPT-NeoX.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public RotaryTable(int width, int positions, double theta = 10000, bool interleaved = true)
    {
        if (width < 2 || width % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(width), width, $"width is {width}; it must be even and at least 2.");
        if (positions < 1)
            throw new ArgumentOutOfRangeException(nameof(positions), positions, $"positions is {positions}; it must be at least 1.");
        HyperParameter.Positive(theta, nameof(theta));
        (Width, Positions, Interleaved) = (width, positions, interleaved);
        int pairs = width / 2;
        _cosines = new float[(long)positions * pairs];
        _sines = new float[_cosines.Length];
        double[] speeds = new double[pairs];
        for (int i = 0; i < pairs; i++)
            speeds[i] = Scalar.Power(theta, -2.0 * i / width);
        for (int i = 0; i < _cosines.Length; i++)
        {
            double angle = i / pairs * speeds[i % pairs];
            _cosines[i] = (float)Scalar.Cos(angle);
            _sines[i] = (float)Scalar.Sin(angle);
        }
    }

    /// <summary>The width of a head.</summary>
    public int Width { get; }

    /// <summary>The number of positions.</summary>
    public int Positions { get; }

    /// <summary>Whether a pair consists of adjacent elements instead of elements half a width apart.</summary>
    public bool Interleaved { get; }

    /// <summary>Rotates adjacent heads, forward or backward.</summary>
    internal void Turn(ReadOnlySpan<float> heads, Span<float> turned, int position, bool back)
    {
        int pairs = Width / 2;
        ReadOnlySpan<float> cosines = _cosines.AsSpan(position * pairs, pairs), sines = _sines.AsSpan(position * pairs, pairs);
        (int step, int apart) = Interleaved ? (2, 1) : (1, pairs);
        for (int start = 0; start < heads.Length; start += Width)
        {
            for (int i = 0; i < pairs; i++)
            {
                int first = start + i * step, second = first + apart;
                float x = heads[first], y = heads[second], sine = back ? -sines[i] : sines[i];
                turned[first] = x * cosines[i] - y * sine;
                turned[second] = y * cosines[i] + x * sine;
            }
        }
    }
}
