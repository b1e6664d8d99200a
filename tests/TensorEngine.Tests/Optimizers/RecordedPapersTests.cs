using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Optimizers that PyTorch has not take the path that their authors' packages, or pytorch_optimizer, take in double precision: 25 steps
/// of three parameters together.
/// </summary>
public sealed class RecordedPapersTests
{
    [TestCaseSource(typeof(RecordedPapers), nameof(RecordedPapers.Names))]
    public void ThePathIsTheRecordedOne(string name)
    {
        (double[][] gradients, double[][] values) = RecordedPapers.Case(name);
        var store = new ParameterStore();
        foreach (Shape shape in RecordedPapers.Shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        if (!name.StartsWith("Ftrl", StringComparison.Ordinal) && !name.EndsWith("default", StringComparison.Ordinal))
            Fill(RecordedPapers.Of("start"), parameter => parameter.Values);
        Optimizer optimizer = Make(name, store);

        // An estimate that has grown a thousandfold has the errors of every step on the way.
        double bound = string.Equals(name, "Prodigy, default", StringComparison.Ordinal) ? 1e-5 : 2e-6;
        for (int step = 0; step < gradients.Length; step++)
        {
            Fill(gradients[step], parameter => parameter.Gradients);
            optimizer.Step();
            double largest = values[step].Max(Math.Abs);
            double[] ours = [.. store.Parameters.SelectMany(parameter => parameter.Values.ToArray()).Select(x => (double)x)];
            Assert.That(ours, Is.EqualTo(values[step]).AsCollection.Within(bound * largest), $"step {step + 1}");
        }

        void Fill(double[] numbers, Func<Parameter, Span<float>> of)
        {
            int start = 0;
            foreach (Parameter parameter in store.Parameters)
            {
                foreach (ref float one in of(parameter))
                    one = (float)numbers[start++];
            }
        }
    }

    private static Optimizer Make(string name, ParameterStore store) => name switch
    {
        "LaProp" => new LaProp(store, new() { LearningRate = 1e-2, Epsilon = 1e-8 }),
        "Yogi" => new Yogi(store, new() { LearningRate = 1e-2, InitialAccumulatorValue = 0, WeightDecay = 0.1 }),
        "Mars" => new Mars(store, new() { LearningRate = 1e-2, WeightDecay = 0.1 }),
        "Ftrl" => new Ftrl(store, new() { LearningRate = 0.1, InitialAccumulatorValue = 0, Beta = 0.5, L1 = 0.05, L2 = 0.1 }),
        "Prodigy" => new Prodigy(store, new() { InitialDistance = 1e-2, WeightDecay = 0.1 }),
        "Prodigy, default" => new Prodigy(store),
        "DAdaptAdam" => new DAdaptAdam(store, new() { InitialDistance = 1e-2, WeightDecay = 0.1 }),
        "DAdaptAdam, default" => new DAdaptAdam(store),
        "Dog" => new Dog(store, new() { InitialDistance = 1e-2, WeightDecay = 0.1 }),
        "Dog, default" => new Dog(store),
        "Soap" => new Soap(store, new() { LearningRate = 1e-2, Beta1 = 0.9, WeightDecay = 0.1, PreconditionFrequency = 3 }),
        "Soap, one side" => new Soap(
            store, new() { LearningRate = 1e-2, ShampooBeta = 0.8, PreconditionFrequency = 1, MaximumSide = 3, NormalizeSteps = true }),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "This test has no such optimizer."),
    };
}
