using TensorEngine.Generators;

namespace TensorEngine.Autograd.Checks;

/// <summary>
/// Compares the gradients of any composition of operations with finite differences of its loss. For each trainable parameter several
/// directions are tried: a different half of its gradient's elements each time, plus noise of the same size, so that elements with a
/// gradient of 0 are also checked. The change of the loss over a step to both sides is compared with the sum of gradient times step.
/// </summary>
/// <remarks>
/// Along the gradient, the loss changes as much as possible for a given distance. So a step can be large enough for a loss of floats, and
/// still small enough to cross few of the kinks of ReLU and max pooling. Of several steps, the one is used whose changes to both sides
/// agree best with each other and with those of the adjacent steps. Their difference and the rounding of the loss are the uncertainty,
/// which is not counted as an error. A direction whose uncertainty is more than a twentieth of the change at every step is left out, and
/// counted.
/// </remarks>
public static class TapeGradientCheck
{
    // By what share of itself a step is to change the loss.
    private static readonly double[] s_changes = [3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];

    // What a loss of floats is off by, as a share of it: one that is rounded to float, and one that is the double of float terms.
    private const double Rounding = 2.4e-7;
    private const double RoundingOfTerms = 3e-8;
    private const double MostUncertain = 0.05;

    /// <summary>Checks the gradients of the trainable parameters of a store.</summary>
    /// <param name="store">
    /// The parameters. Afterward their values are unchanged, and their gradients are those of <paramref name="loss"/>.
    /// </param>
    /// <param name="loss">
    /// Computes a loss of one element on an empty tape. It must be the same function at every call: with the same data, and dropout from
    /// the same position.
    /// </param>
    /// <param name="tolerance">The largest relative error that passes; at least 0, by default 1e-2.</param>
    /// <param name="directions">
    /// The number of directions to try for each parameter; at least 1, by default 4. Each takes 12 evaluations of the loss.
    /// </param>
    /// <param name="seed">The random seed of the directions.</param>
    /// <returns>The worst direction.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> or <paramref name="loss"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// No parameter is trainable, or the result of <paramref name="loss"/> has several elements or needs no gradient.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="tolerance"/> is negative, NaN or infinite, or <paramref name="directions"/> is below 1.
    /// </exception>
    public static TapeGradientCheckResult Run(
        ParameterStore store, Func<Tape, Variable> loss, double tolerance = 1e-2, int directions = 4, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(loss);
        if (!(tolerance >= 0 && double.IsFinite(tolerance)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(tolerance), tolerance, $"tolerance is {tolerance}; it must be finite and at least 0.");
        }

        if (directions < 1)
            throw new ArgumentOutOfRangeException(nameof(directions), directions, $"directions is {directions}; it must be at least 1.");
        Parameter[] parameters = [.. store.Parameters.Where(parameter => parameter.Trainable)];
        if (parameters.Length == 0)
            throw new ArgumentException("store has no trainable parameter; there is no gradient to check.", nameof(store));

        store.Freeze();
        float[] before = store.Values.ToArray();
        try
        {
            return Compare(new Subject(store, loss), parameters, tolerance, directions, seed);
        }
        finally
        {
            before.CopyTo(store.Values);
        }
    }

    private static TapeGradientCheckResult Compare(
        Subject subject, Parameter[] parameters, double tolerance, int directions, ulong seed)
    {
        var worst = new TapeGradientCheckResult(parameters[0].Name, 0, 0, 0, 0, tolerance);
        var notCompared = new List<string>();
        int compared = 0;
        foreach (Parameter parameter in parameters)
        {
            var generator = Philox.ForName(seed, parameter.Name);
            int before = compared;
            for (int i = 0; i < directions; i++)
            {
                Step best = subject.BestStep(parameter, Direction(parameter, generator));
                if (best.Doubt > MostUncertain)
                    continue;
                compared++;
                if (best.RelativeError > worst.RelativeError || compared == 1)
                    worst = new(parameter.Name, best.Given, best.Found, best.Uncertainty, best.RelativeError, tolerance);
            }

            if (compared == before)
                notCompared.Add(parameter.Name);
        }

        return worst with { Compared = compared, LeftOut = directions * parameters.Length - compared, NotCompared = notCompared };
    }

    /// <summary>
    /// Draws a direction: each of the gradient's elements with probability one half, plus the same amount of noise; only noise if there is
    /// no gradient.
    /// </summary>
    private static double[] Direction(Parameter parameter, Philox generator)
    {
        ReadOnlySpan<float> gradients = parameter.Gradients;
        double[] direction = new double[gradients.Length];
        double squares = 0;
        foreach (float gradient in gradients)
            squares += (double)gradient * gradient;
        double noise = squares > 0 ? Math.Sqrt(squares / gradients.Length) : 1;
        for (int i = 0; i < direction.Length; i++)
        {
            int coins = generator.Below(4);
            direction[i] = (coins & 1) * (double)gradients[i] + ((coins & 2) - 1) * noise;
        }

        return direction;
    }

    /// <summary>The changes compared over a step: the one predicted by the gradient, and the one measured.</summary>
    private readonly record struct Step(double Length, double Given, double Found, double Uncertainty)
    {
        public double Size => Math.Max(Math.Abs(Given), Math.Abs(Found));

        /// <summary>The uncertainty as a share of the change; 0 for no change at all.</summary>
        public double Doubt => Size == 0 ? 0 : double.IsFinite(Size) ? Uncertainty / Size : double.PositiveInfinity;

        /// <summary>The step with an uncertainty that is at least twice what another one makes of it: kinks count by the length.</summary>
        public Step Beside(Step other) =>
            this with { Uncertainty = Math.Max(Uncertainty, 2 * Math.Abs(Found - other.Found * (Length / other.Length))) };

        public double RelativeError => Size == 0 ? 0 : Math.Max(0, Math.Abs(Given - Found) - Uncertainty) / Size;
    }

    /// <summary>A loss whose gradients are in the store.</summary>
    private sealed class Subject
    {
        private readonly Tape _tape = new();
        private readonly Func<Tape, Variable> _loss;
        private readonly double _start;
        private readonly double _rounding;

        public Subject(ParameterStore store, Func<Tape, Variable> loss)
        {
            _loss = loss;
            store.ClearGradients();
            Variable start = loss(_tape);
            _tape.Backward(start);
            _start = start.Item();
            _rounding = Math.Abs(_start) * (_start == (float)_start ? Rounding : RoundingOfTerms);
        }

        public Step BestStep(Parameter parameter, double[] direction)
        {
            float[] values = parameter.Values.ToArray();
            double slope = 0, length = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                slope += direction[i] * parameter.Gradients[i];
                length = Math.Max(length, Math.Abs(direction[i]));
            }

            var steps = new Step[s_changes.Length];
            for (int i = 0; i < steps.Length; i++)
            {
                double step = slope == 0 ? s_changes[i] / length : s_changes[i] * Math.Max(Math.Abs(_start), 1e-6) / Math.Abs(slope);
                steps[i] = Try(parameter, values, direction, step);
            }

            // What a step and its neighbours disagree in may be kinks and curvature that are the same to both sides.
            Step best = steps[0].Beside(steps[1]);
            for (int i = 1; i < steps.Length; i++)
            {
                Step one = steps[i].Beside(steps[i - 1]);
                if (i < steps.Length - 1)
                    one = one.Beside(steps[i + 1]);
                if (one.Doubt < best.Doubt)
                    best = one;
            }

            return best;
        }

        private Step Try(Parameter parameter, float[] values, double[] direction, double step)
        {
            (double givenAhead, double ahead) = Move(parameter, values, direction, step);
            (double givenBack, double back) = Move(parameter, values, direction, -step);
            values.CopyTo(parameter.Values);
            double apart = Math.Abs(ahead - givenAhead + (back - givenBack));
            return new Step(step, givenAhead - givenBack, ahead - back, apart / 2 + _rounding);
        }

        /// <summary>
        /// Computes the change of the loss that the gradient predicts, for the floats that the values actually become, and the measured
        /// change.
        /// </summary>
        private (double Given, double Found) Move(Parameter parameter, float[] values, double[] direction, double step)
        {
            Span<float> moved = parameter.Values;
            ReadOnlySpan<float> gradients = parameter.Gradients;
            double given = 0;
            for (int i = 0; i < values.Length; i++)
            {
                moved[i] = (float)(values[i] + step * direction[i]);
                given += gradients[i] * ((double)moved[i] - values[i]);
            }

            _tape.Reset();
            using (_tape.NoGradient())
                return (given, _loss(_tape).Item() - _start);
        }
    }
}
