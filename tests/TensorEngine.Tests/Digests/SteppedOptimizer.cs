using System.Reflection;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Digests;

/// <summary>An optimizer, whatever its options.</summary>
public sealed class SteppedOptimizer(Optimizer optimizer)
{
    private readonly bool _gradientsVanish = OptimizerAdapter.HasEpsilon(optimizer.Groups[0].Options);

    /// <summary>A group with half the learning rate that goes the other way.</summary>
    public void AddGroup(IEnumerable<Parameter> parameters)
    {
        Type own = optimizer.Groups[0].Options.GetType();
        MethodInfo change = typeof(SteppedOptimizer).GetMethod(nameof(Turned), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(own);
        Type function = typeof(Func<,>).MakeGenericType(own, own);
        optimizer.GetType().GetMethod("AddGroup", [typeof(IEnumerable<Parameter>), function])!
            .Invoke(optimizer, [parameters, change.CreateDelegate(function)]);
    }

    public void SetGradientOptions(double scale, double? clipNorm, double? clipValue, bool clear, bool skipNonFinite) =>
        (optimizer.GradientOptions.Scale, optimizer.GradientOptions.ClipNorm, optimizer.GradientOptions.ClipValue, optimizer.GradientOptions.Clear,
            optimizer.GradientOptions.SkipNonFinite) = (scale, clipNorm, clipValue, clear, skipNonFinite);

    private static TOptions Turned<TOptions>(TOptions options)
        where TOptions : OptimizerOptions =>
        (TOptions)(options with { LearningRate = options.LearningRate / 2, Maximize = !options.Maximize });

    public void Share(Workers? workers) => optimizer.Workers = workers;

    /// <summary>Gives a parameter gradients; a table of SparseAdam's those of three rows, one of which may be given twice.</summary>
    public void Give(Parameter parameter, Numbers numbers)
    {
        if (optimizer is not SparseAdam sparse)
        {
            numbers.FillGradients(parameter.Gradients, _gradientsVanish);
            return;
        }

        int[] rows = [.. numbers.Indices(2, parameter.Shape[0]), 0];
        float[] gradients = new float[rows.Length * parameter.Shape[1]];
        numbers.FillGradients(gradients, _gradientsVanish);
        sparse.AddGradients(parameter, rows, gradients);
    }

    /// <summary>Steps, and adds to a digest what the optimizer says of it.</summary>
    public void Step(Digest digest)
    {
        StepResult result = optimizer.Step();
        digest.Add(result.Taken ? 1 : 0);
        digest.Add(result.GradientNorm ?? -1);
    }

    /// <summary>All state, and of schedule-free optimizers the values to evaluate with, which are in use from then on.</summary>
    public void AddState(Digest digest)
    {
        foreach (Parameter parameter in optimizer.Parameters)
        {
            digest.Add(optimizer.StepCount(parameter));
            foreach (string name in optimizer.StateNames)
                digest.Add(optimizer.State(parameter, name));
        }

        (optimizer as ScheduleFreeSgd)?.UseEvaluationValues();
        (optimizer as ScheduleFreeAdamW)?.UseEvaluationValues();
        foreach (Parameter parameter in optimizer.Parameters)
            digest.Add(parameter.Values);
    }
}
