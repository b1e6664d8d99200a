using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// The right columns of the tables "Coming from PyTorch": the compiler sees the statements, and a test runs them and compares the
/// values with those that PyTorch gets by the left columns.
/// </summary>
internal static class ComingFromPyTorch
{
    private const int Steps = 5;

    /// <summary>By the names of record_coming_from_pytorch.py: from a model with values to the one with those after the row.</summary>
    public static IReadOnlyDictionary<string, Action<Model>> Rows { get; } = new Dictionary<string, Action<Model>>(StringComparer.Ordinal)
    {
        ["Adam"] = model => model.Run(NewAdam(model.Store)),
        ["zero_grad"] = model =>
        {
            Adam adam = NewAdam(model.Store);
            adam.GradientOptions.Clear = true;
            model.Run(adam);
        },
        ["groups"] = model => model.Run(WithGroup(model.Store)),
        ["groups inherit betas"] = model =>
        {
            var adam = new Adam(
                model.Store, new AdamOptions { LearningRate = 0.05, Beta1 = 0.5, Beta2 = 0.75, Epsilon = 1e-3, WeightDecay = 0.1 });
            adam.AddGroup(parameter => parameter.Shape.Rank == 1, options => options with { WeightDecay = 0 });
            model.Run(adam);
        },
        ["groups inherit momentum"] = model =>
        {
            var sgd = new Sgd(model.Store, new SgdOptions { LearningRate = 0.1, Momentum = 0.9, WeightDecay = 0.1 });
            sgd.AddGroup(parameter => parameter.Shape.Rank == 1, options => options with { WeightDecay = 0 });
            model.Run(sgd);
        },
        ["frozen"] = model =>
        {
            Parameter weight = model.Weight;
            weight.Trainable = false;
            model.Run(NewAdam(model.Store));
        },
        ["clip_grad_norm_"] = model =>
        {
            Adam adam = NewAdam(model.Store);
            adam.GradientOptions.ClipNorm = 1;
            model.Run(adam, scale: 8);
        },
        ["clip_grad_value_"] = model =>
        {
            Adam adam = NewAdam(model.Store);
            adam.GradientOptions.ClipValue = 0.25;
            model.Run(adam);
        },
        ["accumulation"] = model =>
        {
            const int n = 4;
            Adam adam = NewAdam(model.Store);
            adam.GradientOptions.Scale = 1.0 / n;
            adam.GradientOptions.SkipNonFinite = true;
            model.Run(adam, scale: n);
        },
        ["cosine"] = model =>
        {
            Adam adam = NewAdam(model.Store);
            Schedule schedule = new CosineAnnealing(100);
            model.Run(adam, step => adam.ApplySchedule(schedule, step));
        },
        ["cosine of groups"] = model => Follow(model, WithGroup(model.Store), new CosineAnnealing(100)),
        ["cosine to a minimum of two rates"] = model =>
            Follow(model, WithRate(model.Store, 0.02), new CosineAnnealing(4, minimum: 0.01)),
        ["cosine to a minimum from 0"] = model => Follow(model, WithRate(model.Store, 0), new CosineAnnealing(4, minimum: 0.01)),
        ["warm-up from 0"] = model => Follow(model, WithRate(model.Store, 0.02), new LambdaRate(step => Math.Min(1, step / 3.0))),
        ["average"] = model =>
        {
            ParameterStore store = model.Store;
            var average = new ExponentialMovingAverage(store);
            model.Run(new Sgd(store, new SgdOptions { LearningRate = 0.1 }), after: () =>
            {
                average.Update();
            });
            average.Swap();
        },
        ["LBFGS"] = model =>
        {
            var lbfgs = new Lbfgs(model.Store);
            Func<double> closure = model.Distance;
            lbfgs.Step(closure);
        },
        ["kaiming_normal_"] = model =>
        {
            Parameter weight = model.Weight;
            Initialize.KaimingNormal(weight, new TorchGenerator(0));
        },
    };

    /// <summary>The lines about files, which have no values to compare.</summary>
    public static void RunFiles(string path)
    {
        var model = new Model();
        ParameterStore store = model.Store;
        var adam = new Adam(store, new AdamOptions { LearningRate = 1e-3 });
        model.Run(adam);
        adam.Step();
        store.ClearGradients();
        new Checkpoint(store) { { "optimizer", adam } }.Save(path);
        new Checkpoint(store) { { "optimizer", adam } }.Load(path);
        Checkpoint.LoadValues(path, store);
        adam.Detach();
    }

    private static Adam NewAdam(ParameterStore store)
    {
        return new Adam(store, new AdamOptions { LearningRate = 1e-3 });
    }

    private static Adam WithGroup(ParameterStore store)
    {
        var adam = new Adam(store, new AdamOptions { LearningRate = 1e-2, WeightDecay = 0.1 });
        adam.AddGroup(parameter => parameter.Shape.Rank == 1, options => options with { WeightDecay = 0 });
        return adam;
    }

    private static Sgd WithRate(ParameterStore store, double rate)
    {
        var sgd = new Sgd(store, new SgdOptions { LearningRate = 0.1 });
        sgd.AddGroup([store["bias"]], options => options with { LearningRate = rate });
        return sgd;
    }

    private static void Follow(Model model, Optimizer optimizer, Schedule schedule) =>
        model.Run(optimizer, step => optimizer.ApplySchedule(schedule, step));

    /// <summary>A weight and a bias whose values are sixteenths, and the gradients that the recording has.</summary>
    public sealed class Model
    {
        public Model()
        {
            Weight = Store.Add("weight", [2, 3]);
            Bias = Store.Add("bias", [3]);
            for (int i = 0; i < Weight.Length; i++)
                Weight.Values[i] = (i % 5 - 2) / 16f;
            Bias.Values.Fill(0.25f);
        }

        public ParameterStore Store { get; } = new();

        public Parameter Weight { get; }

        public Parameter Bias { get; }

        public void Run(Optimizer optimizer, Action<long>? before = null, Action? after = null, float scale = 1)
        {
            for (int step = 1; step <= Steps; step++)
            {
                foreach (Parameter parameter in Store)
                {
                    for (int i = 0; i < parameter.Length; i++)
                        parameter.Gradients[i] = scale * ((step * 7 + i * 3) % 11 - 5) / 16;
                }

                before?.Invoke(step - 1);
                optimizer.Step();
                after?.Invoke();
            }
        }

        public double Distance()
        {
            double distance = 0;
            foreach (Parameter parameter in Store)
            {
                for (int i = 0; i < parameter.Length; i++)
                {
                    float difference = parameter.Values[i] - 1;
                    distance += difference * difference;
                    parameter.Gradients[i] = 2 * difference;
                }
            }

            return distance;
        }
    }
}
