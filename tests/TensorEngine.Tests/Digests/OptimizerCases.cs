using TensorEngine.Minimization;

namespace TensorEngine.Tests.Digests;

/// <summary>A static step over spans at one setting.</summary>
/// <param name="Name">Optimizer and setting.</param>
/// <param name="InitialState">What each state buffer is full of before the first step.</param>
/// <param name="Step">Steps values by gradients; the last argument counts from 1.</param>
/// <param name="GradientsVanish">Whether there may be gradients of 0.</param>
public sealed record SpanCase(
    string Name, float[] InitialState, Action<float[], float[], float[][], long> Step, bool GradientsVanish = true)
{
    /// <summary>How many rows a table has where the spans are one.</summary>
    public const int Rows = 9;

    /// <summary>How many columns it has.</summary>
    public const int Columns = 11;
}

/// <summary>An optimizer at one setting.</summary>
public sealed record ObjectCase(string Name, bool OnlyMatrices, Func<IEnumerable<Parameter>, SteppedOptimizer> Make);

/// <summary>A way to train all parameters of a store.</summary>
public sealed record TrainingCase(string Name, Func<ParameterStore, Trainee> Make);

/// <summary>What trains.</summary>
/// <param name="Step">A step, which finds loss and gradients by what it is given, once or more often.</param>
/// <param name="AddState">Adds all state to a digest.</param>
public sealed record Trainee(Action<Func<double>> Step, Action<Digest> AddState);

/// <summary>A minimization of a function, whose course and result it adds to a digest.</summary>
public sealed record Minimization(string Name, Action<Objective, Digest> Run);
