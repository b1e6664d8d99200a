using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Catalog;

/// <summary>A run that can be stopped: what it saves, and its step number so and so, which depends on nothing else.</summary>
public sealed record ResumableRun(ParameterStore Store, Checkpoint Checkpoint, Action<int> Step);

/// <summary>How to make a run; each call makes all of it anew, as another process would.</summary>
public sealed record ResumeCase(string Name, Func<ResumableRun> Make)
{
    public override string ToString() => Name;
}

/// <summary>Runs with everything that has state: each optimizer at each setting of the catalogs, generators, schedules, averages.</summary>
public static class ResumeCatalog
{
    public static IEnumerable<ResumeCase> Cases =>
    [
        .. OptimizerCatalog.Cases.Select(one => new ResumeCase(one.Name, () => RunOf(TestStore.Shapes, one.Make))),
        .. ParameterwiseCatalog.Cases.Select(one => new ResumeCase(one.Name, () => RunOf(one.Shapes, one.Make))),
        .. ScheduleCatalog.Cases.Select(one => new ResumeCase($"schedule {one}", () => Scheduled(ScheduleCatalog.Create(one).Rate))),
        .. Generators.Select(one => new ResumeCase($"noise of {one().GetType().Name}", () => Noisy(one()))),
        .. Enum.GetValues<LbfgsLineSearch>().Select(one => new ResumeCase($"Lbfgs {one}", () => WithLbfgs(one))),
        new("SparseAdam", Sparse),
        new("groups of Adam", Grouped),
        new("two optimizers", Shared),
        new("plateau", Plateau),
        new("gradient options", WithGradientOptions),
        new("exponential average", () => Averaged(store => new ExponentialMovingAverage(store, 0.75))),
        new("plain average", () => Averaged(store => new StochasticWeightAverage(store))),
        new("polynomial average", () => Averaged(store => new PolynomialDecayAverage(store, gamma: 3))),
        new("a user's average", () => Averaged(store => new LateAverage(store))),
        new("lookahead", Ahead),
        new("schedule-free, evaluated", Evaluated),
    ];

    private static IEnumerable<Func<Generator>> Generators =>
        [() => new Philox(7, stream: 3), () => new TorchGenerator(7), () => new NumPyRandomState(7), () => new SplitMix(7)];

    // Parameters are frozen and thawed on the way, so that their step counts differ.
    private static ResumableRun RunOf(Shape[] shapes, Func<IEnumerable<Parameter>, Optimizer> make)
    {
        ParameterStore store = NewStore(shapes);
        Optimizer optimizer = make(store.Parameters);
        return new(store, new Checkpoint(store) { { "optimizer", optimizer } }, step =>
        {
            store.Parameters[1].Trainable = step % 100 is not (2 or 3);
            store.Parameters[3].Trainable = step % 100 is not (4 or 5 or 6);
            FillGradients(store, step);
            optimizer.Step();
        });
    }

    private static ResumableRun Scheduled(Schedule schedule)
    {
        ParameterStore store = NewStore();
        var adam = new Adam(store);
        return new(store, new Checkpoint(store) { { "optimizer", adam } }, step =>
        {
            adam.Groups[0].LearningRate = schedule.At(0.1, adam.StepCount(store.Parameters[0]));
            FillGradients(store, step);
            adam.Step();
        });
    }

    // An odd number of normal draws leaves one behind in generators that draw them in pairs.
    private static ResumableRun Noisy(Generator generator)
    {
        ParameterStore store = NewStore();
        var sgd = new Sgd(store);
        return new(store, new Checkpoint(store) { { "noise", generator }, { "optimizer", sgd } }, _ =>
        {
            foreach (Parameter parameter in store.Parameters)
                generator.Normal(parameter.Gradients);
            generator.Uniform(store.Parameters[0].Gradients);
            generator.Normal(store.Parameters[0].Gradients);
            sgd.Step();
        });
    }

    private static ResumableRun WithLbfgs(LbfgsLineSearch search)
    {
        ParameterStore store = NewStore([[17], [3, 4], [], [8]], power: 0);
        var lbfgs = new Lbfgs(store, new LbfgsOptions { HistorySize = 4, MaximumIterations = 3, LineSearch = search, LearningRate = 0.5 });
        return new(store, new Checkpoint(store) { { "optimizer", lbfgs } }, step =>
        {
            store.Parameters[3].Trainable = step % 100 is not (1 or 2);
            lbfgs.Options.ChangeTolerance = 1e-12 / step;
            lbfgs.Step(Loss);
        });

        double Loss()
        {
            double loss = 0;
            for (int i = 0; i < store.Values.Length; i++)
            {
                double x = store.Values[i], curvature = 1 + i % 7;
                loss += curvature * x * x / 2 + x * x * x * x / 4;
                store.Gradients[i] = (float)(curvature * x + x * x * x);
            }

            return loss;
        }
    }

    private static ResumableRun Sparse()
    {
        ParameterStore store = NewStore([[20, 3], [9, 5]]);
        var sparse = new SparseAdam(store, new SparseAdamOptions { LearningRate = 0.1 });
        return new(store, new Checkpoint(store) { { "optimizer", sparse } }, step =>
        {
            var random = new Random(step);
            foreach (Parameter table in store.Parameters)
            {
                int[] rows = [random.Next(table.Shape[0]), random.Next(table.Shape[0]), 0];
                float[] gradients = new float[rows.Length * table.Shape[1]];
                FloatSamples.FillSpread(gradients, random, -3, 1);
                sparse.AddGradients(table, rows, gradients);
            }

            sparse.Step();
        });
    }

    private static ResumableRun Grouped()
    {
        ParameterStore store = NewStore();
        var adam = new Adam(store, new AdamOptions { WeightDecay = 0.01 });
        ParameterGroup<AdamOptions> biases = adam.AddGroup(parameter => parameter.Shape.Rank == 1, options => options with { Beta1 = 0.5 });
        ParameterGroup<AdamOptions> frozen = adam.AddGroup(
            [store.Parameters[0], store.Parameters[6]], options => options with { LearningRate = 0.3 });
        return new(store, new Checkpoint(store) { { "optimizer", adam } }, step =>
        {
            store.Parameters[6].Trainable = step % 100 > 3;
            biases.LearningRate = 0.1 / step;
            if (step % 100 == 2)
            {
                biases.Options = biases.Options with { Beta2 = 0.9 };
                frozen.Options = frozen.Options with { Maximize = true };
                adam.Options = adam.Options with { Epsilon = 1e-3 };
            }

            FillGradients(store, step);
            adam.Step();
        });
    }

    private static ResumableRun Shared()
    {
        ParameterStore store = NewStore();
        var muon = new Muon(store.Parameters.Where(parameter => parameter.Shape.Rank == 2));
        var nadam = new NAdam(store.Parameters.Where(parameter => parameter.Shape.Rank != 2));
        return new(store, new Checkpoint(store) { { "muon", muon }, { "rest", nadam } }, step =>
        {
            FillGradients(store, step);
            muon.Step();
            nadam.Options = nadam.Options with { MomentumDecay = 0.01 / step };
            nadam.Step();
        });
    }

    private static ResumableRun Plateau()
    {
        ParameterStore store = NewStore();
        var sgd = new Sgd(store);
        var plateau = new ReduceOnPlateau(new PlateauOptions { Patience = 1, Cooldown = 2, Factor = 0.3 });
        return new(store, new Checkpoint(store) { { "optimizer", sgd }, { "plateau", plateau } }, step =>
        {
            FillGradients(store, step);
            sgd.Step();
            if (plateau.Report(step % 4))
                sgd.Groups[0].LearningRate = plateau.Reduced(sgd.Groups[0].LearningRate);
        });
    }

    private static ResumableRun WithGradientOptions()
    {
        ParameterStore store = NewStore();
        var adam = new Adam(store);
        return new(store, new Checkpoint(store) { { "optimizer", adam } }, step =>
        {
            if (step % 100 == 2)
                (adam.GradientOptions.ClipNorm, adam.GradientOptions.ClipValue, adam.GradientOptions.SkipNonFinite) = (3, 0.5, true);
            adam.GradientOptions.Scale = adam.GradientOptions.Scale * 1.5;
            FillGradients(store, step);
            if (step % 3 == 0)
                store.Parameters[2].Gradients[1] = float.NaN;
            adam.Step();
        });
    }

    private static ResumableRun Averaged(Func<ParameterStore, ValueAverage> make)
    {
        ParameterStore store = NewStore();
        var sgd = new Sgd(store, new SgdOptions { Momentum = 0.9 });
        ValueAverage average = make(store);
        return new(store, new Checkpoint(store) { { "optimizer", sgd }, { "average", average } }, step =>
        {
            if (average.IsSwapped)
                average.Swap();
            FillGradients(store, step);
            sgd.Step();
            average.Update();
            if (average is ExponentialMovingAverage exponential)
                exponential.Decay = 1 - 1.0 / (step + 1);
            if (step % 2 == 1)
                average.Swap();
        });
    }

    private static ResumableRun Ahead()
    {
        ParameterStore store = NewStore();
        var lookahead = new Lookahead(new RAdam(store), interval: 3, alpha: 0.25);
        return new(store, new Checkpoint(store) { { "lookahead", lookahead } }, step =>
        {
            FillGradients(store, step);
            lookahead.Step();
        });
    }

    private static ResumableRun Evaluated()
    {
        ParameterStore store = NewStore();
        var free = new ScheduleFreeAdamW(store, new ScheduleFreeAdamWOptions { WarmUpSteps = 3 });
        return new(store, new Checkpoint(store) { { "optimizer", free } }, step =>
        {
            free.UseTrainingValues();
            store.Parameters[4].Trainable = step % 100 > 6;
            FillGradients(store, step);
            free.Step();
            if (step % 2 == 1)
                free.UseEvaluationValues();
        });
    }

    private static ParameterStore NewStore() => NewStore(TestStore.Shapes);

    private static ParameterStore NewStore(Shape[] shapes, double power = 1)
    {
        var random = new Random(20240301);
        var store = new ParameterStore();
        foreach (Shape shape in shapes)
            store.Add($"layer{store.Count}.weight", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -3, power);
        return store;
    }

    private static void FillGradients(ParameterStore store, int step) => TestStore.FillGradients(store, new Random(step));
}
