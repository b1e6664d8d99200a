using TensorEngine.Checkpoints;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>
/// The run whose checkpoint is Goldens/tensorengine_adam.safetensors, which record_checkpoints.py takes over into PyTorch. All numbers are
/// exact sixteenths, for the same gradients in Python.
/// </summary>
public sealed record RecordedCheckpoint(ParameterStore Store, Adam Adam, Checkpoint Checkpoint)
{
    /// <summary>After five steps.</summary>
    public static RecordedCheckpoint Make()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("fc1.weight", [3, 4]), bias = store.Add("fc1.bias", [3]);
        for (int i = 0; i < weight.Length; i++)
            weight.Values[i] = (i % 5 - 2) / 16f;
        bias.Values.Fill(0.25f);
        var adam = new Adam(store, new AdamOptions { LearningRate = 0.01, Beta2 = 0.99 });
        adam.AddGroup([bias], options => options with { LearningRate = 0.1, Beta2 = 0.999 });
        var run = new RecordedCheckpoint(store, adam, new Checkpoint(store) { { "optimizer", adam } });
        run.Checkpoint.Notes["epoch"] = "2";
        for (int step = 1; step <= 5; step++)
            run.Step(step);
        return run;
    }

    public void Step(int step)
    {
        foreach (Parameter parameter in Store.Parameters)
        {
            for (int i = 0; i < parameter.Length; i++)
                parameter.Gradients[i] = ((step * 7 + i * 3) % 11 - 5) / 16f;
        }

        Adam.Step();
    }
}
