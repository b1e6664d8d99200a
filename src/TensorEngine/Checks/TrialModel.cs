using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>A store of a few parameters with an optimizer; values and gradients are always the same.</summary>
internal sealed class TrialModel<TOptimizer, TOptions>
    where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private const int MostSteps = 16;

    private readonly TestElements[] _elements;

    /// <summary>Makes the model.</summary>
    /// <param name="create">Makes the optimizer.</param>
    /// <param name="options">The optimizer's options.</param>
    /// <param name="seed">Selects the values and gradients.</param>
    /// <exception cref="ArgumentException">The optimizer was created with parameters or options other than those passed.</exception>
    public TrialModel(Func<IEnumerable<Parameter>, TOptions, TOptimizer> create, TOptions options, uint seed = 7)
    {
        Store = new ParameterStore();
        Parameters =
        [
            Store.Add("scalar", []),
            Store.Add("weight", [4, 8]),
            Store.Add("bias", [5]),
            Store.Add("table", [3, 11]),
            Store.Add("rest", [17]),
        ];
        Store.Freeze();
        _elements =
        [
            .. Parameters.Select((parameter, i) =>
                new TestElements(parameter.Length, MostSteps, seed + 16 * (uint)i, allFinite: true)),
        ];
        for (int i = 0; i < Parameters.Count; i++)
            _elements[i].Values(0, Parameters[i].Length).CopyTo(Parameters[i].Values);
        Optimizer = create(Parameters, options)
            ?? throw new ArgumentException("create returned null; it must make an optimizer.", nameof(create));
        if (!Optimizer.Parameters.SequenceEqual(Parameters))
        {
            throw new ArgumentException(
                $"create made {Optimizer}; it must pass on the {Parameters.Count} parameters that it is given.", nameof(create));
        }

        if (!Equals(Optimizer.Options, options))
        {
            throw new ArgumentException(
                $"create made an optimizer with {Optimizer.Options}; "
                + $"it must pass on the options that it is given: {options}.", nameof(create));
        }
    }

    public ParameterStore Store { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public TOptimizer Optimizer { get; }

    /// <summary>Gets or sets the step whose gradients were used last.</summary>
    public int Number { get; set; }

    /// <summary>Fills the gradients, changes them, and takes a step.</summary>
    /// <param name="change">Changes each gradient first; null to change nothing.</param>
    public StepResult Step(Func<float, float>? change = null)
    {
        Fill(change);
        return Optimizer.Step();
    }

    /// <summary>Fills the gradients of the next step.</summary>
    public void Fill(Func<float, float>? change = null)
    {
        Number++;
        for (int i = 0; i < Parameters.Count; i++)
        {
            Span<float> gradients = Parameters[i].Gradients;
            _elements[i].Gradients(Number, 0, gradients.Length).CopyTo(gradients);
            for (int j = 0; j < gradients.Length && change is not null; j++)
                gradients[j] = change(gradients[j]);
        }
    }

    /// <summary>Fills the gradients and takes steps.</summary>
    public TrialModel<TOptimizer, TOptions> Steps(int count, Func<float, float>? change = null)
    {
        for (int i = 0; i < count; i++)
            Step(change);
        return this;
    }

    public ModelState State() => new(Optimizer, slot => Optimizer.Slots.BatchOf(slot).Carried);
}
