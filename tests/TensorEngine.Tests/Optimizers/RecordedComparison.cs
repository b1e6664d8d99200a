using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Our run of what PyTorch recorded, and how far both are from the truth.</summary>
public sealed class RecordedComparison
{
    private static readonly RecordedTrajectories s_recordings = RecordedTrajectories.Instance;

    private readonly RecordedCase _recorded;
    private readonly Trace _trace;

    public RecordedComparison(IOptimizerRow row, RecordedCase recorded)
    {
        _recorded = recorded;
        UnreadOptions = recorded.Options;
        OptimizerCase optimizer = row.FromTorch(recorded.Name, UnreadOptions);
        _trace = Run(optimizer);
        bool[] luck = Luck.In(optimizer, recorded);
        LeftOut = luck.Count(one => one);
        Ours = new(_trace.Values, recorded.Truth, recorded.Update, Negligible(optimizer), luck);
        Torch = new(recorded.InFloat32, recorded.Truth, recorded.Update, luck: luck);
        TorchEverywhere = new(recorded.InFloat32, recorded.Truth, recorded.Update);
    }

    public TorchOptions UnreadOptions { get; }

    /// <summary>Our errors but those that are a matter of luck.</summary>
    public TrajectoryErrors Ours { get; }

    /// <summary>PyTorch's errors at the same elements.</summary>
    public TrajectoryErrors Torch { get; }

    /// <summary>PyTorch's errors at all elements.</summary>
    public TrajectoryErrors TorchEverywhere { get; }

    /// <summary>The number of elements whose error is a matter of luck.</summary>
    public int LeftOut { get; }

    /// <summary>The errors of ASGD's average.</summary>
    public TrajectoryErrors OurAverage => new(_trace.States, _recorded.AverageTruth, _recorded.AverageUpdate);

    public TrajectoryErrors TorchAverage => new(_recorded.AverageInFloat32, _recorded.AverageTruth, _recorded.AverageUpdate);

    /// <summary>What PyTorch recorded of an optimizer, as torch 2 computes it.</summary>
    public static IEnumerable<RecordedCase> RecordingsOf(IOptimizerRow row) => s_recordings.Cases.Where(recorded =>
        string.Equals(recorded.Optimizer, row.TorchName, StringComparison.Ordinal) && recorded.Variant is null);

    /// <summary>
    /// What small state that is set to 0 would have moved a value by (see Flush): the difference counts where a value has decayed
    /// to nothing along with its state.
    /// </summary>
    private static double Negligible(OptimizerCase optimizer) => Math.ScaleB(optimizer.Options.LearningRate, -60);

    /// <summary>The values and the first state after every recorded step.</summary>
    private static Trace Run(OptimizerCase optimizer)
    {
        var store = new ParameterStore();
        foreach (Shape shape in s_recordings.Shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        ForEachParameter(store, (parameter, range) => s_recordings.Initial[range].CopyTo(parameter.Values));

        Optimizer steps = optimizer.Make(store.Parameters);
        int length = s_recordings.Elements;
        List<float> values = [], states = [];
        for (int step = 1; step <= s_recordings.Steps; step++)
        {
            float[] gradients = s_recordings.Gradients[((step - 1) * length)..(step * length)];
            ForEachParameter(store, (parameter, range) => gradients[range].CopyTo(parameter.Gradients));
            steps.Step();
            if (!s_recordings.RecordedSteps.Contains(step))
                continue;
            ForEachParameter(store, (parameter, _) => values.AddRange(parameter.Values));
            if (steps.StateNames.Count > 0)
                ForEachParameter(store, (parameter, _) => states.AddRange(steps.State(parameter, steps.StateNames[0])));
        }

        return new([.. values], [.. states]);
    }

    private static void ForEachParameter(ParameterStore store, Action<Parameter, Range> action)
    {
        int start = 0;
        foreach (Parameter parameter in store.Parameters)
        {
            action(parameter, start..(start + parameter.Length));
            start += parameter.Length;
        }
    }

    private sealed record Trace(float[] Values, float[] States);
}
