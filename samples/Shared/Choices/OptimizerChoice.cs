using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace Samples.Shared.Choices;

/// <summary>An optimizer by the name that the command line knows it by.</summary>
public sealed class OptimizerChoice
{
    private readonly Func<ParameterStore, double, double?, Optimizer> _create;

    private OptimizerChoice(string name, string title, double rate, Func<ParameterStore, double, double?, Optimizer> create)
    {
        Name = name;
        Title = title;
        Rate = rate;
        _create = create;
    }

    /// <summary>The four of the book, in its order.</summary>
    public static IReadOnlyList<OptimizerChoice> Book { get; } =
    [
        Of("sgd", "SGD", () => new SgdOptions { LearningRate = 0.01 }, (store, options) => new Sgd(store, options)),
        Of("momentum", "Momentum", () => new MomentumOptions(), (store, options) => new Momentum(store, options)),
        Of("adagrad", "AdaGrad", () => new AdaGradOptions(), (store, options) => new AdaGrad(store, options)),
        Of("adam", "Adam", () => new AdamOptions(), (store, options) => new Adam(store, options)),
    ];

    /// <summary>All that step by gradients as they are, but for SparseAdam, which is for tables of rows.</summary>
    public static IReadOnlyList<OptimizerChoice> All { get; } =
    [
        .. Book,
        Of<AdamOptions>("adamw", "AdamW", () => new AdamWOptions(), (store, options) => new AdamW(store, (AdamWOptions)options)),
        Of("amsgrad", "AMSGrad", () => new AdamOptions { AmsGrad = true }, (store, options) => new Adam(store, options)),
        Of("adamax", "Adamax", () => new AdamaxOptions(), (store, options) => new Adamax(store, options)),
        Of("nadam", "NAdam", () => new NAdamOptions(), (store, options) => new NAdam(store, options)),
        Of("radam", "RAdam", () => new RAdamOptions(), (store, options) => new RAdam(store, options)),
        Of("nesterov", "Nesterov", () => new NesterovOptions(), (store, options) => new Nesterov(store, options)),
        Of("rmsprop", "RMSprop", () => new RmsPropOptions(), (store, options) => new RmsProp(store, options)),
        Of("adadelta", "Adadelta", () => new AdadeltaOptions(), (store, options) => new Adadelta(store, options)),
        Of("rprop", "Rprop", () => new RpropOptions(), (store, options) => new Rprop(store, options)),
        Of("asgd", "ASGD", () => new AsgdOptions(), (store, options) => new Asgd(store, options)),
        Of("lion", "Lion", () => new LionOptions(), (store, options) => new Lion(store, options)),
        Of("lars", "LARS", () => new LarsOptions(), (store, options) => new Lars(store, options)),
        Of("lamb", "LAMB", () => new LambOptions(), (store, options) => new Lamb(store, options)),
        Of("adafactor", "Adafactor", () => new AdafactorOptions(), (store, options) => new Adafactor(store, options)),
        Of("muon", "Muon", () => new MuonOptions(), (store, options) => new Muon(store, options)),
        Of("sf-sgd", "Schedule-free SGD", () => new ScheduleFreeSgdOptions(), (store, options) => new ScheduleFreeSgd(store, options)),
        Of(
            "sf-adamw",
            "Schedule-free AdamW",
            () => new ScheduleFreeAdamWOptions(),
            (store, options) => new ScheduleFreeAdamW(store, options)),
    ];

    /// <summary>On the command line.</summary>
    public string Name { get; }

    /// <summary>In tables, charts and files.</summary>
    public string Title { get; }

    /// <summary>The usual learning rate.</summary>
    public double Rate { get; }

    /// <summary>The choice called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none among <paramref name="choices"/>.</exception>
    public static OptimizerChoice Parse(string name, IReadOnlyList<OptimizerChoice> choices) =>
        choices.FirstOrDefault(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--optimizer", name, $"one of {Names(choices)}");

    /// <summary>The names, for messages and the help.</summary>
    public static string Names(IEnumerable<OptimizerChoice> choices) => string.Join(", ", choices.Select(choice => choice.Name));

    /// <summary>Makes the optimizer of all parameters of a store.</summary>
    /// <param name="store">The parameters.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="weightDecay">
    /// The decay of parameters of two dimensions or more, while biases have none; null for the optimizer's own default everywhere.
    /// </param>
    public Optimizer Create(ParameterStore store, double rate, double? weightDecay = null) => _create(store, rate, weightDecay);

    public override string ToString() => Name;

    private static OptimizerChoice Of<TOptions>(
        string name, string title, Func<TOptions> defaults, Func<ParameterStore, TOptions, Optimizer<TOptions>> make)
        where TOptions : OptimizerOptions
    {
        return new OptimizerChoice(name, title, defaults().LearningRate, (store, rate, weightDecay) =>
        {
            TOptions options = defaults();
            options.LearningRate = rate;
            options.WeightDecay = weightDecay ?? options.WeightDecay;
            Optimizer<TOptions> optimizer = make(store, options);
            options.WeightDecay = 0;
            if (weightDecay is not null && optimizer.Parameters.Any(IsBias))
                optimizer.AddGroup(IsBias, options);
            return optimizer;
        });
    }

    private static bool IsBias(Parameter parameter) => parameter.Shape.Rank < 2;
}
