using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode.Broken;

/// <summary>Options without a fault.</summary>
public sealed record VelocityOptions() : OptimizerOptions(learningRate: 0.01)
{
    public double Kept { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    protected override VelocityOptions Describe(StateArchive archive) => this with { Kept = archive.Number(nameof(Kept), Kept) };
}

/// <summary>Does not describe the second option.</summary>
public sealed record ForgetfulOptions() : OptimizerOptions(learningRate: 0.01)
{
    public double Kept { get; init; } = 0.9;

    public double Dampening { get; init; } = 0.1;

    protected override ForgetfulOptions Describe(StateArchive archive) => this with { Kept = archive.Number(nameof(Kept), Kept) };
}

/// <summary>Describes the second option, and forgets to take it over.</summary>
public sealed record IgnorantOptions() : OptimizerOptions(learningRate: 0.01)
{
    public double Kept { get; init; } = 0.9;

    public bool Nesterov { get; init; }

    protected override IgnorantOptions Describe(StateArchive archive)
    {
        double kept = archive.Number(nameof(Kept), Kept);
        archive.Flag(nameof(Nesterov), Nesterov);
        return this with { Kept = kept };
    }
}

/// <summary>Saves one option under the name of another.</summary>
public sealed record ConfusedOptions() : OptimizerOptions(learningRate: 0.01)
{
    public double Kept { get; init; } = 0.9;

    public double Dampening { get; init; } = 0.1;

    protected override ConfusedOptions Describe(StateArchive archive) => this with
    {
        Kept = archive.Number(nameof(Kept), Kept),
        Dampening = archive.Number(nameof(Dampening), Kept),
    };
}

/// <summary>With an option that takes a state more, which the optimizer does not name.</summary>
public sealed record ModalOptions() : OptimizerOptions(learningRate: 0.01)
{
    public bool Heavy { get; init; }

    protected override ModalOptions Describe(StateArchive archive) => this with { Heavy = archive.Flag(nameof(Heavy), Heavy) };
}
