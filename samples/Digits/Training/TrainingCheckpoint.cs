using System.Globalization;
using System.Runtime.InteropServices;
using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Autograd.Data;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers.Stepping;

namespace Digits.Training;

/// <summary>A run in a file: the network, the optimizer, the place in the batches and the curves so far.</summary>
internal sealed class TrainingCheckpoint
{
    private const string SettingKey = "setting", EpochKey = "epoch", LossesKey = "losses", AccuraciesKey = "accuracies";

    private readonly string _path;
    private readonly string _setting;
    private readonly Checkpoint _checkpoint;

    /// <param name="path">The file.</param>
    /// <param name="setting">What must be the same for the run to go on as it began.</param>
    /// <param name="store">The network.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="batches">Deals the images out.</param>
    public TrainingCheckpoint(string path, string setting, ParameterStore store, Optimizer optimizer, MiniBatches batches)
    {
        _path = path;
        _setting = setting;
        _checkpoint = new Checkpoint(store) { { "optimizer", optimizer }, { "batches", batches } };
    }

    /// <summary>Saves the run as it is after an epoch.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Save(int epoch, ReadOnlySpan<double> losses, ReadOnlySpan<double> accuracies)
    {
        _checkpoint.Notes[SettingKey] = _setting;
        _checkpoint.Notes[EpochKey] = epoch.ToString(CultureInfo.InvariantCulture);
        _checkpoint.Notes[LossesKey] = Convert.ToBase64String(MemoryMarshal.AsBytes(losses));
        _checkpoint.Notes[AccuraciesKey] = Convert.ToBase64String(MemoryMarshal.AsBytes(accuracies));
        RunFile.Try("run", "saved", () => _checkpoint.Save(_path));
    }

    /// <summary>Loads the run and the curves so far, which are the start of the whole run's.</summary>
    /// <returns>How many epochs it has done.</returns>
    /// <exception cref="InputException">The file cannot be read, or is of another run or a longer one.</exception>
    public int Load(Memory<double> losses, Memory<double> accuracies)
    {
        int epoch = 0;
        RunFile.Try("run", "resumed", () =>
        {
            _checkpoint.Load(_path);
            string setting = _checkpoint.Notes[SettingKey];
            if (!string.Equals(setting, _setting, StringComparison.Ordinal))
                throw new InputException($"{_path} is of a run with {setting}; it cannot be resumed with {_setting}.");
            epoch = int.Parse(_checkpoint.Notes[EpochKey], CultureInfo.InvariantCulture);
            if (epoch > accuracies.Length)
                throw new InputException($"{_path} is of a run of {epoch} epochs; --epochs must be at least that to resume it.");
            Convert.FromBase64String(_checkpoint.Notes[LossesKey]).CopyTo(MemoryMarshal.AsBytes(losses.Span));
            Convert.FromBase64String(_checkpoint.Notes[AccuraciesKey]).CopyTo(MemoryMarshal.AsBytes(accuracies.Span));
        });
        return epoch;
    }
}
