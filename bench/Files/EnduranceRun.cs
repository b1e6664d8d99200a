using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Files;

/// <summary>
/// A run that says of each of its checkpoints whether it is whole: what a step does depends on the step's number alone, and the file has a
/// hash of its values. Two runs that are at the same step save the same bytes, whatever happened to them on the way.
/// </summary>
internal sealed class EnduranceRun
{
    private const int Elements = 1 << 16;
    private const string StepKey = "step";
    private const string HashKey = "hash";

    private readonly ParameterStore _store = new();
    private readonly Philox _noise = new(3);
    private readonly Adam _adam;
    private readonly ExponentialMovingAverage _average;
    private readonly Checkpoint _checkpoint;

    public EnduranceRun()
    {
        _store.Add("weight", [Elements / 64, 64]);
        _store.Add("bias", [100]);
        _adam = new Adam(_store, new AdamOptions { LearningRate = 1e-3 });
        _average = new ExponentialMovingAverage(_store, 0.99);
        _checkpoint = new Checkpoint(_store) { { "adam", _adam }, { "average", _average }, { "noise", _noise } };
    }

    /// <summary>How many steps it has taken.</summary>
    public long Step { get; private set; }

    public void Train(int steps)
    {
        for (int i = 0; i < steps; i++, Step++)
        {
            foreach (Parameter parameter in _store.Parameters)
                _noise.Normal(parameter.Gradients);
            _adam.Step();
            _average.Update();
        }
    }

    public void Save(string path)
    {
        Note();
        _checkpoint.Save(path);
    }

    /// <summary>The bytes that <see cref="Save"/> writes.</summary>
    public byte[] Bytes()
    {
        Note();
        using var stream = new MemoryStream();
        _checkpoint.Save(stream);
        return stream.ToArray();
    }

    /// <summary>Goes on from a file; one whose values are not those that were saved is an exception.</summary>
    public void Load(string path)
    {
        _checkpoint.Load(path);
        Step = long.Parse(_checkpoint.Notes[StepKey], CultureInfo.InvariantCulture);
        if (!string.Equals(Hash(), _checkpoint.Notes[HashKey], StringComparison.Ordinal))
            throw new InvalidOperationException($"{path} has step {Step} and not its values.");
    }

    private void Note()
    {
        _checkpoint.Notes[StepKey] = Step.ToString(CultureInfo.InvariantCulture);
        _checkpoint.Notes[HashKey] = Hash();
    }

    private string Hash() => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(_store.Values)));
}
