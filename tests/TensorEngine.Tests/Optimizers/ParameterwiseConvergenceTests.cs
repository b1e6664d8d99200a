using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The optimizers that see whole parameters reach the stated loss in the stated number of steps, at a rate that falls to 0.</summary>
public sealed class ParameterwiseConvergenceTests
{
    [TestCase("Lars", true, 1e-6)]
    [TestCase("Lars", false, 1e-3)]
    [TestCase("Lamb", true, 1e-6)]
    [TestCase("Lamb", false, 1e-3)]
    [TestCase("Adafactor", true, 1e-6)]
    [TestCase("Adafactor", false, 5e-3)]
    [TestCase("Muon", true, 1e-6)]
    [TestCase("Muon", false, 1e-3)]
    [TestCase("Soap", true, 1e-6)]
    [TestCase("Soap", false, 1e-3)]
    [TestCase("StableAdamW", true, 1e-6)]
    [TestCase("StableAdamW", false, 1e-3)]
    [TestCase("NovoGrad", true, 1e-6)]
    [TestCase("NovoGrad", false, 1e-3)]
    [TestCase("Mars", true, 1e-6)]
    [TestCase("Mars", false, 1e-3)]
    [TestCase("Prodigy", true, 1e-6)]
    [TestCase("Prodigy", false, 1e-3, 5000)]
    [TestCase("DAdaptAdam", true, 1e-6)]
    [TestCase("DAdaptAdam", false, 1e-3)]
    [TestCase("Dog", true, 1e-6)]
    [TestCase("Dog", false, 1e-3, 50_000)]
    [TestCase("SparseAdam", true, 1e-6)]
    [TestCase("SparseAdam", false, 1e-3)]
    public void Converges(string name, bool bowl, double bound, int steps = 2000)
    {
        var store = new ParameterStore();
        Parameter p = store.Add("p", bowl ? [4, 5] : [1, 2]);
        store.Freeze();
        if (bowl)
            p.Values.Fill(2);
        else
            new[] { -1.2f, 1f }.CopyTo(p.Values);
        (Optimizer optimizer, double rate) = Make(name, store);
        double loss = 0;
        for (int step = 0; step < steps; step++)
        {
            loss = bowl ? Bowl(p) : Rosenbrock(p);
            optimizer.Groups[0].LearningRate = rate * (1 - (double)step / steps);
            if (optimizer is SparseAdam sparse)
                GiveAsRows(sparse, p);
            optimizer.Step();
        }

        TestContext.Out.WriteLine($"{name} on {(bowl ? "the bowl" : "Rosenbrock")}: {loss:G3}");
        Assert.That(loss, Is.LessThan(bound));
    }

    private static (Optimizer Optimizer, double Rate) Make(string name, ParameterStore store) => name switch
    {
        "Lars" => (new Lars(store, new LarsOptions { TrustCoefficient = 0.01 }), 0.3),
        "Lamb" => (new Lamb(store), 0.05),
        "Adafactor" => (new Adafactor(store, new AdafactorOptions { Epsilon2 = 0.1 }), 0.03),
        "Soap" => (new Soap(store, new SoapOptions { WeightDecay = 0 }), 0.03),
        "StableAdamW" => (new StableAdamW(store, new StableAdamWOptions { WeightDecay = 0 }), 0.05),
        "NovoGrad" => (new NovoGrad(store), 0.005),
        "Mars" => (new Mars(store), 0.03),
        "Prodigy" => (new Prodigy(store), 1),
        "DAdaptAdam" => (new DAdaptAdam(store), 1),
        "Dog" => (new Dog(store), 1),
        "SparseAdam" => (new SparseAdam(store), 0.05),
        _ => (new Muon(store, new MuonOptions { WeightDecay = 0 }), 0.02),
    };

    private static void GiveAsRows(SparseAdam sparse, Parameter p)
    {
        float[] gradients = p.Gradients.ToArray();
        p.Gradients.Clear();
        sparse.AddGradients(p, [.. Enumerable.Range(0, p.Shape[0])], gradients);
    }

    private static double Bowl(Parameter p)
    {
        double loss = 0;
        for (int i = 0; i < p.Length; i++)
        {
            float curvature = 1 + i % 4;
            p.Gradients[i] = curvature * p.Values[i];
            loss += curvature * p.Values[i] * p.Values[i] / 2;
        }

        return loss;
    }

    private static double Rosenbrock(Parameter p)
    {
        float x = p.Values[0], y = p.Values[1], valley = y - x * x;
        p.Gradients[0] = -400 * x * valley - 2 * (1 - x);
        p.Gradients[1] = 200 * valley;
        return 100 * valley * valley + (1 - x) * (1 - x);
    }
}
