using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Checks whether a loaded run continues like the run that was saved.</summary>
internal sealed class ResumeChecks<TOptimizer, TOptions>(Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, TOptions options)
    where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private const int Steps = 4;

    private readonly TOptions _slow =
        options with { LearningRate = OptionVariation.OtherRate(options), Maximize = !options.Maximize };

    public IEnumerable<Finding> StateIsSaved()
    {
        if (StateChecks.UndeclaredNumber(new OptimizerSubject<TOptimizer, TOptions>(options)) is { } misfit)
        {
            yield return misfit;
            yield break;
        }

        TrialModel<TOptimizer, TOptions> saved = Run(), loaded = Load(saved);
        foreach (Finding finding in loaded.State().DifferencesFrom(saved.State(), "after loading", values: false))
            yield return finding;
        for (int i = 0; i < saved.Optimizer.Groups.Count; i++)
        {
            ParameterGroup<TOptions> right = saved.Optimizer.Groups[i], found = loaded.Optimizer.Groups[i];
            foreach ((string name, string expected, string value) in RecordText.Differences(right.Options, found.Options))
                yield return new($"after loading, {name} of group {i}", expected, value);
            if (found.LearningRate != right.LearningRate)
            {
                yield return new(
                    $"after loading, learning rate of group {i}", FloatBits.Text(right.LearningRate), FloatBits.Text(found.LearningRate));
            }
        }
    }

    public IEnumerable<Finding> SameBitsAfterResume()
    {
        TrialModel<TOptimizer, TOptions> saved = Run();
        TrialModel<TOptimizer, TOptions> loaded = Load(saved);
        saved.Steps(Steps);
        // What a rule keeps elsewhere does not survive the end of a process; another run takes its place here.
        new TrialModel<TOptimizer, TOptions>(create, _slow, seed: 9).Steps(Steps + 1);
        return loaded.Steps(Steps).State().DifferencesFrom(saved.State(), $"{Steps} steps after loading").Take(1);
    }

    /// <summary>
    /// Takes steps with two groups, one with a learning rate set explicitly, and with a parameter that has taken fewer steps.
    /// </summary>
    private TrialModel<TOptimizer, TOptions> Run()
    {
        var model = new TrialModel<TOptimizer, TOptions>(create, options);
        AddGroup(model, options);
        model.Store["bias"].Trainable = false;
        model.Steps(2);
        model.Store["bias"].Trainable = true;
        model.Optimizer.Groups[1].LearningRate = _slow.LearningRate;
        return model.Steps(Steps);
    }

    /// <summary>Creates a model with other values and options, and loads another one into it.</summary>
    private TrialModel<TOptimizer, TOptions> Load(TrialModel<TOptimizer, TOptions> saved)
    {
        SavedMembers members = SavedMembers.Of(saved.Optimizer.Describe);
        var model = new TrialModel<TOptimizer, TOptions>(create, _slow);
        AddGroup(model, _slow);
        model.Step();
        model.Number = saved.Number;
        saved.Store.Values.CopyTo(model.Store.Values);
        members.Load(model.Optimizer.Describe);
        return model;
    }

    private static void AddGroup(TrialModel<TOptimizer, TOptions> model, TOptions options) =>
        model.Optimizer.AddGroup([model.Store["table"]], _ => options);
}
