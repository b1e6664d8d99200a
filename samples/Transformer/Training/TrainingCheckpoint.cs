using System.Globalization;
using System.Runtime.InteropServices;
using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Optimizers.Stepping;

namespace Transformer.Training;

/// <summary>A training in a file: the model, the optimizer, the generators and the curves so far.</summary>
internal sealed class TrainingCheckpoint
{
    private const string SettingKey = "setting", StepKey = "step", LossesKey = "losses", ScoresKey = "scores";

    private readonly string _path;
    private readonly string _setting;
    private readonly Checkpoint _checkpoint;

    public TrainingCheckpoint(
        string path, string what, TrainingSettings settings, ParameterStore store, Optimizer optimizer, Philox batches, Philox sampling)
    {
        _path = path;
        _setting = FormattableString.Invariant(
            $"{what}, {settings.Steps} steps of {settings.Batch} sequences, rate {settings.Rate}, seed {settings.Seed}");
        _checkpoint = new Checkpoint(store) { { "optimizer", optimizer }, { "batches", batches }, { "sampling", sampling } };
    }

    /// <summary>Saves the training as it is after a step.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Save(int step, ReadOnlySpan<double> losses, IReadOnlyList<(int Step, double Score)> scores)
    {
        double[] flat = [.. scores.SelectMany(score => new[] { score.Step, score.Score })];
        _checkpoint.Notes[SettingKey] = _setting;
        _checkpoint.Notes[StepKey] = step.ToString(CultureInfo.InvariantCulture);
        _checkpoint.Notes[LossesKey] = Convert.ToBase64String(MemoryMarshal.AsBytes(losses));
        _checkpoint.Notes[ScoresKey] = Convert.ToBase64String(MemoryMarshal.AsBytes(flat.AsSpan()));
        RunFile.Try("training", "saved", () => _checkpoint.Save(_path));
    }

    /// <summary>Loads the training and the curves so far.</summary>
    /// <returns>How many steps it has taken.</returns>
    /// <exception cref="InputException">The file cannot be read, or is of another training.</exception>
    public int Load(Memory<double> losses, List<(int Step, double Score)> scores)
    {
        int step = 0;
        RunFile.Try("training", "resumed", () =>
        {
            _checkpoint.Load(_path);
            string setting = _checkpoint.Notes[SettingKey];
            if (!string.Equals(setting, _setting, StringComparison.Ordinal))
                throw new InputException($"{_path} is of a training of {setting}; it cannot be resumed with {_setting}.");
            step = int.Parse(_checkpoint.Notes[StepKey], CultureInfo.InvariantCulture);
            Convert.FromBase64String(_checkpoint.Notes[LossesKey]).CopyTo(MemoryMarshal.AsBytes(losses.Span));
            ReadOnlySpan<double> flat = MemoryMarshal.Cast<byte, double>(Convert.FromBase64String(_checkpoint.Notes[ScoresKey]));
            for (int i = 0; i < flat.Length; i += 2)
                scores.Add(((int)flat[i], flat[i + 1]));
        });
        return step;
    }
}
