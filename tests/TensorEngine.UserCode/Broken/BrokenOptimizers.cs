using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode.Broken;

/// <summary>Without a fault.</summary>
public sealed class Velocity(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<Velocity, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step) => step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
}

/// <summary>Makes garbage in every step.</summary>
public sealed class AllocatingOptimizer(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<AllocatingOptimizer, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    private static string s_last = "";

    public static string Last => s_last;

    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        s_last = $"step {step.Number}";
        step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
    }
}

/// <summary>Names a state that the rule does not have.</summary>
public sealed class TooManyNames(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<TooManyNames, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity", "acceleration"];

    public static void Step(in FusedStep<VelocityOptions> step) => step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
}

/// <summary>Gives two states one name, and so one memory.</summary>
public sealed class NameTwice(IEnumerable<Parameter> parameters, UserBeliefOptions options)
    : FusedOptimizer<NameTwice, UserBeliefOptions>(parameters, options), IFusedOptimizer<UserBeliefOptions>
{
    public static IReadOnlyList<StateName> States(UserBeliefOptions options) => ["mean", "mean"];

    public static void Step(in FusedStep<UserBeliefOptions> step) => step.Run(new UserBeliefRule(step.Options, step.Number));
}

/// <summary>Names too few states at an option that is off by default.</summary>
public sealed class ModalOptimizer(IEnumerable<Parameter> parameters, ModalOptions options)
    : FusedOptimizer<ModalOptimizer, ModalOptions>(parameters, options), IFusedOptimizer<ModalOptions>
{
    public static IReadOnlyList<StateName> States(ModalOptions options) => [];

    public static void Step(in FusedStep<ModalOptions> step)
    {
        if (step.Options.Heavy)
            step.Run(new VelocityRule(step.Options.LearningRate, 0.9));
        else
            step.Run(new UserSignRule(new() { LearningRate = step.Options.LearningRate }));
    }
}

/// <summary>Keeps a product from step to step in a static field, and begins anew with each first step.</summary>
public sealed class HiddenProduct(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<HiddenProduct, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    private static double s_product;

    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        s_product = (step.Number == 1 ? 1 : s_product) * step.Options.Kept;
        step.Run(new VelocityRule(step.Options.LearningRate / (1 - s_product), step.Options.Kept));
    }
}

/// <summary>Remembers the first learning rate that it was ever given.</summary>
public sealed class FirstRate(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<FirstRate, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    private static double s_rate;

    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        if (s_rate == 0)
            s_rate = step.Options.LearningRate;
        step.Run(new VelocityRule(s_rate, step.Options.Kept));
    }
}

/// <summary>Carries a number that it does not name.</summary>
public sealed class UnnamedNumber(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<UnnamedNumber, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        step.Carried[0] += step.Options.LearningRate;
        step.Run(new VelocityRule(step.Carried[0], step.Options.Kept));
    }
}

/// <summary>Carries a number under the name that step counts are saved under.</summary>
public sealed class TakenNumber(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<TakenNumber, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<CarriedNumber> Carried { get; } = [new("step")];

    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step) =>
        step.Run(new VelocityRule(step.Carried[0] += step.Options.LearningRate, step.Options.Kept));
}

/// <summary>Runs two rules in a step; the second one finds no gradients where the first one has cleared them.</summary>
public sealed class RunsTwice(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<RunsTwice, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
        step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
    }
}

/// <summary>Fails in its third step.</summary>
public sealed class Failing(IEnumerable<Parameter> parameters, VelocityOptions options)
    : FusedOptimizer<Failing, VelocityOptions>(parameters, options), IFusedOptimizer<VelocityOptions>
{
    public static IReadOnlyList<StateName> States(VelocityOptions options) => ["velocity"];

    public static void Step(in FusedStep<VelocityOptions> step)
    {
        if (step.Number == 3)
            throw new NotSupportedException("Three is too many.");
        step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
    }
}

/// <summary>An optimizer without a fault over options that are not saved whole.</summary>
public sealed class Forgetful(IEnumerable<Parameter> parameters, ForgetfulOptions options)
    : FusedOptimizer<Forgetful, ForgetfulOptions>(parameters, options), IFusedOptimizer<ForgetfulOptions>
{
    public static IReadOnlyList<StateName> States(ForgetfulOptions options) => ["velocity"];

    public static void Step(in FusedStep<ForgetfulOptions> step) =>
        step.Run(new VelocityRule(step.Options.LearningRate * (1 - step.Options.Dampening), step.Options.Kept));
}

/// <summary>As <see cref="Forgetful"/>.</summary>
public sealed class Ignorant(IEnumerable<Parameter> parameters, IgnorantOptions options)
    : FusedOptimizer<Ignorant, IgnorantOptions>(parameters, options), IFusedOptimizer<IgnorantOptions>
{
    public static IReadOnlyList<StateName> States(IgnorantOptions options) => ["velocity"];

    public static void Step(in FusedStep<IgnorantOptions> step) => step.Run(new VelocityRule(step.Options.LearningRate, step.Options.Kept));
}

/// <summary>As <see cref="Forgetful"/>.</summary>
public sealed class Confused(IEnumerable<Parameter> parameters, ConfusedOptions options)
    : FusedOptimizer<Confused, ConfusedOptions>(parameters, options), IFusedOptimizer<ConfusedOptions>
{
    public static IReadOnlyList<StateName> States(ConfusedOptions options) => ["velocity"];

    public static void Step(in FusedStep<ConfusedOptions> step) =>
        step.Run(new VelocityRule(step.Options.LearningRate * (1 - step.Options.Dampening), step.Options.Kept));
}
