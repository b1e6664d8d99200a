using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>
/// Whether what the library does around a rule comes out as if it had been done to the gradients, options and parameters.
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
        ModelState expected = made.Steps(Steps).State(), plain = Model().Steps(Steps).State();
        ModelState group = grouped.Steps(Steps).State();
        if (!expected.DifferencesFrom(plain, "").Any())
        {
            return
            [
                new($"{Steps} steps with a learning rate of {rate}", $"other values than with {options.LearningRate}", "the same values"),
            ];
        }

        return set.Steps(Steps).State().DifferencesFrom(expected, $"{Steps} steps with a learning rate set in the group")
            .Concat(assigned.Steps(Steps).State().DifferencesFrom(expected, $"{Steps} steps with options assigned to the group"))
            .Concat(group.DifferencesFrom(expected, $"{Steps} steps in a group of its own", "table"))
            .Concat(group.DifferencesFrom(plain, $"{Steps} steps beside another group", "weight"))
            .Take(1);
    }

    /// <summary>Counts what an optimizer with two groups allocates, plain and with all that can be done to gradients.</summary>
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
