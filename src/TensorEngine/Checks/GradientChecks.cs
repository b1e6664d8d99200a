using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>
/// Checks whether what the library does around a rule has the same result as doing it to the gradients, options and parameters.
/// </summary>
internal sealed class GradientChecks<TOptimizer, TOptions>(Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, TOptions options)
    where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private const int Steps = 4;
    private const float Bound = 0.03125f;
    private const string Frozen = "bias";

    public IEnumerable<Finding> GradientOptionsHold() =>
        Scaling().Concat(ClippingValues()).Concat(ClippingNorm()).Concat(Clearing()).Concat(Maximizing()).Concat(Skipping()).Take(1);

    public IEnumerable<Finding> FrozenStaysFrozen()
    {
        TrialModel<TOptimizer, TOptions> plain = Model(), model = Model();
        plain.Steps(2);
        model.Steps(2);
        ModelState before = model.State();
        model.Store[Frozen].Trainable = false;
        plain.Steps(2);
        model.Steps(2);
        foreach (Finding finding in model.State().DifferencesFrom(before, "2 steps while not trainable", Frozen))
            yield return finding;
        foreach (Parameter parameter in model.Parameters.Where(parameter => parameter.Trainable))
        {
            foreach (Finding finding in model.State().DifferencesFrom(plain.State(), "2 steps beside a frozen parameter", parameter.Name))
                yield return finding;
        }

        model.Store[Frozen].Trainable = true;
        model.Step();
        plain.Step();
        if (model.Optimizer.StepCount(model.Store[Frozen]) is var steps && steps != 3)
            yield return new("trainable again, steps", "3", $"{steps}");
        foreach (Finding finding in model.State().DifferencesFrom(plain.State(), "the other is trainable again", "weight"))
            yield return finding;
    }

    public IEnumerable<Finding> GroupsFollowTheirOptions()
    {
        double rate = OptionVariation.OtherRate(options);
        TOptions slow = options with { LearningRate = rate };
        TrialModel<TOptimizer, TOptions> made = Model(slow), set = Model(), assigned = Model(), grouped = Model();
        set.Optimizer.Groups[0].LearningRate = rate;
        assigned.Optimizer.Options = slow;
        grouped.Optimizer.AddGroup([grouped.Store["table"]], all => all with { LearningRate = rate });
        ModelState expected = made.Steps(Steps).State(), plain = Model().Steps(Steps).State(), group = grouped.Steps(Steps).State();
        return RateWithoutEffect(plain)
            .Concat(set.Steps(Steps).State().DifferencesFrom(expected, $"{Steps} steps with a learning rate set in the group"))
            .Concat(assigned.Steps(Steps).State().DifferencesFrom(expected, $"{Steps} steps with options assigned to the group"))
            .Concat(group.DifferencesFrom(expected, $"{Steps} steps in a group of its own", "table"))
            .Concat(group.DifferencesFrom(plain, $"{Steps} steps beside another group", "weight"))
            .Take(1);
    }

    /// <summary>Measures what an optimizer with two groups allocates, without and with every gradient option.</summary>
    public IEnumerable<Finding> NothingAllocated()
    {
        TrialModel<TOptimizer, TOptions> model = Model();
        model.Optimizer.AddGroup([model.Store["table"]], all => all with { LearningRate = all.LearningRate / 2 });
        model.Step();
        if (Allocations.Find(() => model.Optimizer.Step(), "steps of an optimizer") is { } plain)
        {
            yield return plain;
            yield break;
        }

        GradientOptions gradients = model.Optimizer.GradientOptions;
        (gradients.ClipNorm, gradients.ClipValue, gradients.SkipNonFinite, gradients.Clear, gradients.Scale) = (1, 0.5, true, true, 0.5);
        if (Allocations.Find(() => model.Optimizer.Step(), "steps of an optimizer that clips, skips, scales and clears") is { } clipping)
            yield return clipping;
    }

    // Values that no step moves follow any rate, and a rate may lie beyond a bound that the options set.
    private IEnumerable<Finding> RateWithoutEffect(ModelState plain)
    {
        if (!plain.HasMovedFrom(Model().State()))
            yield break;
        double[] rates = [OptionVariation.OtherRate(options), options.LearningRate / 4096];
        if (rates.All(rate => !Model(options with { LearningRate = rate }).Steps(Steps).State().DifferencesFrom(plain, "").Any()))
        {
            yield return new(
                $"{Steps} steps with learning rates of {string.Join(", ", rates.Select(FloatBits.Number))}",
                $"other values than with {FloatBits.Number(options.LearningRate)}",
                "the same values");
        }
    }

    private IEnumerable<Finding> Scaling()
    {
        TrialModel<TOptimizer, TOptions> model = Model();
        model.Optimizer.GradientOptions.Scale = 0.25;
        model.Steps(Steps, gradient => 4 * gradient);
        return model.State().DifferencesFrom(Model().Steps(Steps).State(), $"{Steps} steps of gradients times 4 with Scale = 0.25");
    }

    private IEnumerable<Finding> ClippingValues()
    {
        TrialModel<TOptimizer, TOptions> model = Model(), clipped = Model();
        model.Optimizer.GradientOptions.ClipValue = Bound;
        model.Steps(Steps);
        clipped.Steps(Steps, gradient => Math.Clamp(gradient, -Bound, Bound));
        return model.State().DifferencesFrom(clipped.State(), $"{Steps} steps with ClipValue = {Bound}");
    }

    private IEnumerable<Finding> ClippingNorm()
    {
        TrialModel<TOptimizer, TOptions> model = Model(), clipped = Model();
        model.Optimizer.GradientOptions.ClipNorm = 1;
        for (int step = 0; step < Steps; step++)
        {
            model.Fill();
            float factor = (float)Math.Min(1, 1 / (model.Optimizer.GradientNorm() + 1e-6));
            model.Optimizer.Step();
            clipped.Step(gradient => gradient * factor);
        }

        return model.State().DifferencesFrom(clipped.State(), $"{Steps} steps with ClipNorm = 1");
    }

    private IEnumerable<Finding> Clearing()
    {
        TrialModel<TOptimizer, TOptions> model = Model();
        model.Optimizer.GradientOptions.Clear = true;
        model.Steps(Steps);
        foreach (Finding finding in model.State().DifferencesFrom(Model().Steps(Steps).State(), $"{Steps} steps with Clear = true"))
            yield return finding;
        int left = model.Store.Gradients.IndexOfAnyExcept(0f);
        if (left >= 0)
        {
            yield return new(
                $"a step with Clear = true, gradient {left} of the store", FloatBits.Text(0f), FloatBits.Text(model.Store.Gradients[left]));
        }
    }

    private IEnumerable<Finding> Maximizing()
    {
        TrialModel<TOptimizer, TOptions> model = Model(options with { Maximize = !options.Maximize });
        model.Steps(Steps, gradient => -gradient);
        return model.State().DifferencesFrom(
            Model().Steps(Steps).State(), $"{Steps} steps of gradients times -1 with Maximize = {!options.Maximize}");
    }

    private IEnumerable<Finding> Skipping()
    {
        TrialModel<TOptimizer, TOptions> model = Model();
        model.Optimizer.GradientOptions.SkipNonFinite = true;
        model.Steps(2);
        ModelState before = model.State();
        StepResult result = model.Step(_ => float.NaN);
        if (result.Taken)
            yield return new("a step of NaN with SkipNonFinite = true", "not taken", "taken");
        foreach (Finding finding in model.State().DifferencesFrom(before, "a step of NaN with SkipNonFinite = true"))
            yield return finding;
    }

    private TrialModel<TOptimizer, TOptions> Model(TOptions? own = null) => new(create, own ?? options);
}
