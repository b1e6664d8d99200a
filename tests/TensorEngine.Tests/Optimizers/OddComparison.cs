using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Our run of a drawn setting of PyTorch, and how far it is from the truth.</summary>
public sealed class OddComparison
{
    private readonly OddSetting _setting;
    private readonly ParameterStore _store = new();
    private readonly Optimizer _optimizer;
    private double _largestRate;

    public OddComparison(OddSetting setting)
    {
        _setting = setting;
        foreach (Shape shape in setting.Shapes)
            _store.Add($"parameter {_store.Count}", shape);
        _store.Freeze();
        OddNumbers numbers = setting.Numbers();
        (int lowest, int highest) = setting.ValueExponents;
        ForEachElement((parameter, i, element) => parameter.Values[i] = numbers.Value(element, lowest, highest));

        TorchOptions options = setting.Options;
        _optimizer = OddOptimizers.Make(setting.Optimizer, options, _store);
        Unread = options.Unread;
        _largestRate = _optimizer.Groups[0].LearningRate;
        for (int step = 1; step <= setting.Steps; step++)
            Step(step);
    }

    /// <summary>PyTorch's options that were not taken over.</summary>
    public IEnumerable<string> Unread { get; }

    /// <summary>Our numbers at the end of what a track records.</summary>
    public float[] ResultOf(OddTrack track)
    {
        float[] result = new float[track.Length];
        ForEachElement((parameter, i, element) => result[element] =
            track.IsAverage ? _optimizer.State(parameter, "ax")[i] : parameter.Values[i]);
        return result;
    }

    /// <summary>Our errors of elements that share a fate.</summary>
    public OddErrors ErrorsOf(OddTrack track, OddFates fate) => OddErrors.Of(track, ResultOf(track), fate, Negligible);

    /// <summary>PyTorch's errors of elements that share a fate.</summary>
    public static OddErrors TorchErrorsOf(OddTrack track, OddFates fate) => OddErrors.Of(track, track.InFloat32, fate, 0);

    /// <summary>What of PyTorch's truth and float32 run is a number and NaN here.</summary>
    public IEnumerable<string> NaNs(OddTrack track)
    {
        (double[] truth, float[] torch, float[] ours) = (track.Truth, track.InFloat32, ResultOf(track));
        return Enumerable.Range(0, ours.Length).Where(i => float.IsNaN(ours[i]) && double.IsFinite(truth[i]) && !float.IsNaN(torch[i]))
            .Select(i => $"element {i}: NaN, truth {truth[i]:R}, PyTorch {torch[i]:R}");
    }

    /// <summary>The element that has the largest error on the way, described.</summary>
    public string Worst(OddTrack track, OddFates fate)
    {
        (double[] truth, float[] torch, float[] ours) = (track.Truth, track.InFloat32, ResultOf(track));
        int worst = track.Elements(fate).DefaultIfEmpty(-1)
            .MaxBy(i => i < 0 ? 0 : Math.ScaleB(Math.Abs(ours[i] - truth[i]), -track.Unit[i] - track.LargestUnit[i]));
        return worst < 0 ? "none" : $"element {worst}: {ours[worst]:R}, truth {truth[worst]:R}, PyTorch {torch[worst]:R}";
    }

    /// <summary>What small state that is set to 0 would have moved a value by (see Flush).</summary>
    private double Negligible => Math.ScaleB(_largestRate, -60);

    private void Step(int step)
    {
        if (_setting.NewRate(step) is { } rate)
        {
            _optimizer.Groups[0].LearningRate = rate;
            _largestRate = Math.Max(_largestRate, rate);
        }

        foreach ((int index, Parameter parameter) in _store.Parameters.Index())
            parameter.Trainable = !_setting.IsFrozen(index, step);
        if (_optimizer is SparseAdam sparse)
        {
            AddRows(sparse, step);
        }
        else
        {
            OddNumbers numbers = _setting.Numbers();
            ForEachElement((parameter, i, element) => parameter.Gradients[i] = numbers.Gradient(step, element, element));
        }

        Assert.That(_optimizer.Step().Taken, $"step {step}");
    }

    private void AddRows(SparseAdam sparse, int step)
    {
        int start = 0;
        foreach ((int index, Parameter table) in _store.Parameters.Index())
        {
            OddNumbers numbers = _setting.Numbers(index);
            int columns = table.Shape[1];
            int[] rows = numbers.Rows(step, table.Shape[0]);
            int first = start;
            sparse.AddGradients(table, rows, Enumerable.Range(0, rows.Length * columns)
                .Select(place => numbers.Gradient(step, place, first + rows[place / columns] * columns + place % columns)).ToArray());
            start += table.Length;
        }
    }

    private void ForEachElement(Action<Parameter, int, int> action)
    {
        int element = 0;
        foreach (Parameter parameter in _store.Parameters)
        {
            for (int i = 0; i < parameter.Length; i++)
                action(parameter, i, element++);
        }
    }
}
