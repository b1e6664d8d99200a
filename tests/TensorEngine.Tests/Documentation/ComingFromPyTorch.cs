using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Documentation;

/// <summary>The lines of the page "Coming from PyTorch", so that the compiler sees them and a test runs them.</summary>
internal static class ComingFromPyTorch
{
    public static void Run(string path)
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [2, 3]);
        store.Add("bias", [3]);
        const int n = 4;
        const long step = 10;

        Initialize.KaimingNormal(weight, new TorchGenerator(0));
        var adam = new Adam(store, new AdamOptions { LearningRate = 1e-3 });
        adam.AddGroup(parameter => parameter.Shape.Rank == 1, new AdamOptions { WeightDecay = 0 });
        adam.Gradients.Clear = true;
        adam.Gradients.ClipNorm = 1;
        adam.Gradients.ClipValue = 0.5;
        adam.Gradients.Scale = 1.0 / n;
        adam.Gradients.SkipNonFinite = true;
        Schedule schedule = new CosineAnnealing(1e-3, 100);
        adam.Options.LearningRate = schedule.At(step);
        var average = new ExponentialMovingAverage(store);
        adam.Step();
        average.Update();
        average.Swap();
        average.Swap();
        store.ClearGradients();
        weight.Trainable = false;
        new Checkpoint(store) { { "optimizer", adam } }.Save(path);
        new Checkpoint(store) { { "optimizer", adam } }.Load(path);
        adam.Detach();

        weight.Trainable = true;
        var lbfgs = new Lbfgs(store);
        Func<double> closure = () => 0;
        lbfgs.Step(closure);
        Checkpoint.LoadValues(path, store);
    }
}
