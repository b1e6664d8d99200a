using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Files;

/// <summary>
/// A small run into which a fuzzer loads what it likes: a file that is refused changes nothing, one that is accepted is saved and loaded
/// again with the same bytes.
/// </summary>
internal sealed class FuzzRun
{
    // Every so many refusals all state is compared, too.
    private const int Thorough = 16;

    private readonly ParameterStore _store = new();
    private readonly Checkpoint _checkpoint;
    private readonly byte[] _original;
    private readonly float[] _values;
    private int _refused;

    public FuzzRun()
    {
        Parameter weight = _store.Add("w", [2, 2]);
        Parameter bias = _store.Add("b", [2]);
        var adam = new Adam([weight]);
        var sgd = new Sgd([bias], new SgdOptions { LearningRate = 0.1, Momentum = 0.5 });
        _store.Gradients.Fill(0.5f);
        adam.Step();
        sgd.Step();
        _checkpoint = new Checkpoint(_store)
        {
            { "adam", adam },
            { "sgd", sgd },
            { "average", new ExponentialMovingAverage(_store, 0.5) },
            { "noise", new Philox(7) },
        };
        _checkpoint.Notes["epoch"] = "3";
        _original = Saved();
        _values = _store.Values.ToArray();
    }

    /// <summary>The file of the run as it was made.</summary>
    public ReadOnlySpan<byte> Original => _original;

    /// <summary>Whether the run takes the file.</summary>
    public bool Load(ReadOnlySpan<byte> input)
    {
        byte[] file = FuzzTarget.SafeTensorsInput(input);
        try
        {
            _checkpoint.Load(new MemoryStream(file));
        }
        catch (Exception exception) when (exception is InvalidFileException or CheckpointMismatchException)
        {
            // Saving takes longer than refusing; what one file changed is still there after some more.
            FuzzTarget.Check(_store.Values.SequenceEqual(_values), "a refused file changed values");
            if (++_refused % Thorough == 0)
                FuzzTarget.Check(Saved().AsSpan().SequenceEqual(_original), "a refused file changed state");
            return false;
        }

        byte[] once = Saved();
        _checkpoint.Load(new MemoryStream(once));
        FuzzTarget.Check(Saved().AsSpan().SequenceEqual(once), "a run that is saved again is another one");
        _checkpoint.Load(new MemoryStream(_original));
        return true;
    }

    private byte[] Saved()
    {
        using var stream = new MemoryStream();
        _checkpoint.Save(stream);
        return stream.ToArray();
    }
}
