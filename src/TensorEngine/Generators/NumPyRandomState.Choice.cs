namespace TensorEngine.Generators;

/// <content>The method <c>choice</c>.</content>
public sealed partial class NumPyRandomState
{
    // NumPy accepts probabilities whose sum is this close to 1.
    private const double Tolerance = 1.4901161193847656e-8;

    /// <summary>
    /// Fills with integers from [0, population): <c>choice(population, destination.Length, replace, p)</c>. Use it to draw a mini-batch of
    /// training examples.
    /// </summary>
    /// <param name="destination">Any length; without replacement at most <paramref name="population"/>.</param>
    /// <param name="population">At least 1.</param>
    /// <param name="replace">Whether the same integer can be drawn again.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="population"/> is below 1.</exception>
    /// <exception cref="ArgumentException">Without replacement, <paramref name="destination"/> is longer than the population.</exception>
    public void Choice(Span<int> destination, int population, bool replace = true)
    {
        CheckPopulation(destination, population, replace);
        if (replace)
        {
            foreach (ref int value in destination)
                value = (int)NextBelow((uint)population);
            return;
        }

        int[] all = new int[population];
        Permutation(all);
        all.AsSpan(0, destination.Length).CopyTo(destination);
    }

    /// <summary>
    /// Fills with indices of <paramref name="probabilities"/>, each drawn with its probability:
    /// <c>choice(n, destination.Length, replace, probabilities)</c>.
    /// </summary>
    /// <param name="destination">Any length; without replacement at most as many as there are probabilities above 0.</param>
    /// <param name="probabilities">At least one number; none negative, with a sum of 1 within 1.5e-8.</param>
    /// <param name="replace">Whether the same index can be drawn again.</param>
    /// <exception cref="ArgumentException">
    /// A probability is negative or NaN, their sum is not 1, there are none, or, without replacement, <paramref name="destination"/> is
    /// longer than the number of probabilities above 0.
    /// </exception>
    public void Choice(Span<int> destination, ReadOnlySpan<double> probabilities, bool replace = true)
    {
        int possible = CheckProbabilities(probabilities);
        if (!replace && destination.Length > possible)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements; without replacement there are at most {possible}, "
                + "the number of probabilities above 0.",
                nameof(destination));
        }

        double[] cumulative = new double[probabilities.Length];
        if (replace)
        {
            Accumulate(probabilities, cumulative);
            foreach (ref int value in destination)
                value = FirstAbove(cumulative, NextDouble());
            return;
        }

        double[] left = probabilities.ToArray();
        int found = 0;
        while (found < destination.Length)
        {
            // NumPy draws as many as are missing at once and keeps the first of those that come more than once.
            foreach (int index in destination[..found])
                left[index] = 0;
            Accumulate(left, cumulative);
            int start = found;
            for (int missing = destination.Length - start; missing > 0; missing--)
            {
                int index = FirstAbove(cumulative, NextDouble());
                if (!destination[start..found].Contains(index))
                    destination[found++] = index;
            }
        }
    }

    // Sums in order, divided by the last one.
    private static void Accumulate(ReadOnlySpan<double> probabilities, Span<double> cumulative)
    {
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            sum += probabilities[i];
            cumulative[i] = sum;
        }

        foreach (ref double value in cumulative)
            value /= sum;
    }

    // searchsorted(value, side="right"): where all sums before are at most the value.
    private static int FirstAbove(ReadOnlySpan<double> cumulative, double value)
    {
        int low = 0, high = cumulative.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (value < cumulative[middle])
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static void CheckPopulation(ReadOnlySpan<int> destination, int population, bool replace)
    {
        if (population < 1)
            throw new ArgumentOutOfRangeException(nameof(population), population, $"population is {population}; it must be at least 1.");
        if (!replace && destination.Length > population)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements; without replacement there are at most {population}, the population.",
                nameof(destination));
        }
    }

    private static int CheckProbabilities(ReadOnlySpan<double> probabilities)
    {
        if (probabilities.IsEmpty)
            throw new ArgumentException("probabilities is empty; it must have at least 1 number.", nameof(probabilities));
        int possible = 0;
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!(probabilities[i] >= 0))
            {
                throw new ArgumentException(
                    $"probabilities has {probabilities[i]} as number {i}; it must be at least 0.", nameof(probabilities));
            }

            possible += probabilities[i] > 0 ? 1 : 0;
            sum += probabilities[i];
        }

        if (!(Math.Abs(sum - 1) <= Tolerance))
            throw new ArgumentException($"probabilities sum to {sum}; the sum must be 1 within {Tolerance}.", nameof(probabilities));
        return possible;
    }
}
