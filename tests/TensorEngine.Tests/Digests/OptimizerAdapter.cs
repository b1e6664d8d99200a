using TensorEngine.Checkpoints;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Digests;

/// <summary>All that the digests know of how optimizers are made and called. Where that changes, this file does and no digest.</summary>
public static class OptimizerAdapter
{
    private static readonly (string Setting, SparseAdamOptions Options)[] s_sparse =
    [
        ("default", new()),
        ("short memory", new() { LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 }),
        ("all", new() { LearningRate = 0.1, Beta1 = 0, Beta2 = 0.99, Epsilon = 0, Maximize = true }),
    ];

    public static IEnumerable<SpanCase> SpanCases =>
    [
        .. OptimizerCatalog.Cases.Select(OfElements),
        .. ParameterwiseCatalog.Cases.SelectMany(OfWhole),
        .. s_sparse.Select(one => OfRows(one.Setting, one.Options)),
    ];

    public static IEnumerable<ObjectCase> ObjectCases =>
    [
        .. OptimizerCatalog.Cases.Select(one => new ObjectCase(NameOf(one), false, parameters => new(one.Make(parameters)))),
        .. ParameterwiseCatalog.Cases.Select(one => new ObjectCase(
            one.Name, one.Shapes.All(shape => shape.Rank == 2), parameters => new(one.Make(parameters)))),
        .. s_sparse.Select(one => new ObjectCase(
            $"SparseAdam: {one.Setting}", true, parameters => new(new SparseAdam(parameters, one.Options)))),
    ];

    /// <summary>Those that were listed before anything moved, and every other row of the catalog at what learns the digits.</summary>
    public static IEnumerable<TrainingCase> TrainingCases =>
    [
        .. ListedTrainings,
        .. OptimizerCatalog.LibraryRows.Where(row => ListedTrainings.All(listed => !IsOf(listed, row))).Select(row =>
            Of(row.Optimizer.Name, row.Converges.First(one => string.Equals(one.Problem, "digits", StringComparison.Ordinal)).Make)),
    ];

    private static IEnumerable<TrainingCase> ListedTrainings =>
    [
        Of("Sgd", store => new Sgd(store, new() { LearningRate = 0.1 })),
        Of("Sgd, Nesterov's momentum", store => new Sgd(store, new() { LearningRate = 0.05, Momentum = 0.9, Nesterov = true })),
        Of("Momentum", store => new Momentum(store, new() { LearningRate = 0.05 })),
        Of("Nesterov", store => new Nesterov(store, new() { LearningRate = 0.05 })),
        Of("AdaGrad", store => new AdaGrad(store, new() { LearningRate = 0.05 })),
        Of("Adam", store => new Adam(store, new() { LearningRate = 0.01 })),
        Of("Adam, amsgrad", store => new Adam(store, new() { LearningRate = 0.01, AmsGrad = true })),
        Of("AdamW", store => new AdamW(store, new() { LearningRate = 0.01 })),
        Of("Adamax", store => new Adamax(store, new() { LearningRate = 0.02 })),
        Of("NAdam", store => new NAdam(store, new() { LearningRate = 0.01 })),
        Of("RAdam", store => new RAdam(store, new() { LearningRate = 0.03 })),
        Of("Adadelta", store => new Adadelta(store, new() { LearningRate = 2 })),
        Of("RmsProp", store => new RmsProp(store, new() { LearningRate = 0.005 })),
        Of("RmsProp, centered, momentum", store => new RmsProp(store, new() { LearningRate = 0.001, Centered = true, Momentum = 0.9 })),
        Of("Rprop", store => new Rprop(store, new() { LearningRate = 0.005 })),
        Of("Asgd", store => new Asgd(store, new() { LearningRate = 0.1, AveragingStart = 10 })),
        Of("Lion", store => new Lion(store, new() { LearningRate = 0.01 })),
        Of("ScheduleFreeSgd", store => new ScheduleFreeSgd(store, new() { LearningRate = 0.5 })),
        Of("ScheduleFreeAdamW", store => new ScheduleFreeAdamW(store, new() { LearningRate = 0.02 })),
        Of("Lars", store => new Lars(store, new() { LearningRate = 1, TrustCoefficient = 0.02 })),
        Of("Lamb", store => new Lamb(store, new() { LearningRate = 0.03 })),
        Of("Adafactor", store => new Adafactor(store, new() { LearningRate = 0.05 })),
        new("Muon, AdamW on the biases", WithMuon),
        new("SparseAdam, Adam on the biases", WithSparseAdam),
        OfLbfgs("Lbfgs", new() { MaximumIterations = 4, LearningRate = 0.5 }),
        OfLbfgs("Lbfgs, strong Wolfe", new() { MaximumIterations = 3, LineSearch = LbfgsLineSearch.StrongWolfe }),
    ];

    public static IEnumerable<TrainingCase> LbfgsCases =>
    [
        OfLbfgs("Lbfgs: default", new()),
        OfLbfgs("Lbfgs: short history", new() { HistorySize = 3, MaximumIterations = 4, LearningRate = 0.5, ChangeTolerance = 0 }),
        OfLbfgs("Lbfgs: few evaluations", new() { MaximumEvaluations = 3, GradientTolerance = 1e-3 }),
        OfLbfgs("Lbfgs: strong Wolfe", new() { LineSearch = LbfgsLineSearch.StrongWolfe, MaximumIterations = 3 }),
        OfLbfgs("Lbfgs: strong Wolfe, short history", new()
        {
            LineSearch = LbfgsLineSearch.StrongWolfe, HistorySize = 2, MaximumIterations = 2, LearningRate = 2, ChangeTolerance = 0,
        }),
    ];

    public static IEnumerable<Minimization> Minimizations =>
    [
        OfMinimum("Minimizer: default", new()),
        OfMinimum("Minimizer: short history", new() { HistorySize = 2, GradientTolerance = 1e-12 }),
        OfMinimum("Minimizer: few iterations", new() { MaximumIterations = 7 }),
        OfMinimum("Minimizer: few evaluations", new() { MaximumEvaluations = 9, ChangeTolerance = 1e-3 }),
    ];

    /// <summary>Optimizers to look ahead of.</summary>
    public static (string Name, Func<ParameterStore, Lookahead> Make)[] Lookaheads =>
    [
        ("default", store => new(new Sgd(store, new() { LearningRate = 0.1, Momentum = 0.9 }))),
        ("RAdam, interval 3, alpha 0.25", store => new(new RAdam(store, new() { LearningRate = 0.01 }), interval: 3, alpha: 0.25)),
    ];

    /// <summary>Without an epsilon, a gradient of 0 at first gives 0 / 0, and NaNs are of no use here.</summary>
    public static bool HasEpsilon(OptimizerOptions options) => options.GetType().GetProperty("Epsilon")?.GetValue(options) is not 0.0;

    private static SpanCase OfElements(OptimizerCase one)
    {
        float[] initial = [.. one.States.Select(state => state.Initial)];
        string name = NameOf(one);
        return one.Options switch
        {
            ScheduleFreeSgdOptions options => new(name, [.. initial, 0], (values, gradients, state, step) =>
            {
                Step(values, gradients, state[..^1], step);
                ScheduleFreeSgd.Evaluate(values, state[0], state[^1], options);
            }),
            ScheduleFreeAdamWOptions options => new(name, [.. initial, 0], (values, gradients, state, step) =>
            {
                Step(values, gradients, state[..^1], step);
                ScheduleFreeAdamW.Evaluate(values, state[0], state[^1], options);
            }, HasEpsilon(options)),
            _ => new(name, initial, Step, HasEpsilon(one.Options)),
        };

        void Step(float[] values, float[] gradients, float[][] state, long step) =>
            one.Step(
                new(
                    values,
                    gradients,
                    state.ElementAtOrDefault(0),
                    state.ElementAtOrDefault(1),
                    state.ElementAtOrDefault(2),
                    state.ElementAtOrDefault(3)),
                step);
    }

    // What decay that is decoupled was called when it was an option, and not an optimizer of its own.
    private static string NameOf(OptimizerCase one) => one.Name switch
    {
        "AdamW: weight decay, maximize" => "Adam: decoupled weight decay, maximize",
        "NAdamW: weight decay" => "NAdam: decoupled weight decay",
        "RAdamW: weight decay" => "RAdam: decoupled weight decay",
        string name => name,
    };

    /// <summary>Of those that see whole parameters only Lars and Lamb have static steps.</summary>
    private static IEnumerable<SpanCase> OfWhole(ParameterwiseCase one)
    {
        var store = new ParameterStore();
        store.Add("matrix", [1, 1]);
        OptimizerOptions any = one.Make(store.Parameters).Groups[0].Options;
        if (any is LarsOptions lars)
            yield return new(one.Name, [0], (values, gradients, state, step) => Lars.Update(lars, step, values, gradients, lars.Momentum == 0 ? [] : state[0]));
        if (any is LambOptions lamb)
        {
            yield return new(
                one.Name,
                [0, 0, 0],
                (values, gradients, state, step) => Lamb.Update(lamb, step, values, gradients, state[0], state[1], state[2]),
                HasEpsilon(lamb));
        }
    }

    private static SpanCase OfRows(string setting, SparseAdamOptions options) =>
        new($"SparseAdam: {setting}", [0, 0], (values, gradients, state, step) =>
        {
            int row = (int)(step % SpanCase.Rows);
            int[] rows = [row, 3, row, 0];
            Span<float> given = gradients.AsSpan(0, rows.Length * SpanCase.Columns);
            SparseAdam.Update(options, step, values, SpanCase.Columns, rows, given, state[0], state[1]);
        }, HasEpsilon(options));

    private static bool IsOf(TrainingCase training, IOptimizerRow row) =>
        string.Equals(training.Name.Split(',')[0], row.Optimizer.Name, StringComparison.Ordinal);

    private static TrainingCase Of(string name, Func<ParameterStore, Optimizer> make) => new(name, store =>
    {
        Optimizer optimizer = make(store);
        return new(
            find =>
            {
                find();
                optimizer.Step();
            },
            new SteppedOptimizer(optimizer).AddState);
    });

    private static Trainee WithMuon(ParameterStore store)
    {
        Parameter[] matrices = [.. store.Parameters.Where(parameter => parameter.Shape.Rank == 2)];
        var muon = new Muon(matrices, new() { LearningRate = 0.02 });
        var biases = new AdamW(store.Parameters.Except(matrices), new() { LearningRate = 0.01 });
        return new(
            find =>
            {
                find();
                muon.Step();
                biases.Step();
            },
            digest =>
            {
                new SteppedOptimizer(muon).AddState(digest);
                new SteppedOptimizer(biases).AddState(digest);
            });
    }

    private static Trainee WithSparseAdam(ParameterStore store)
    {
        Parameter[] tables = [.. store.Parameters.Where(parameter => parameter.Shape.Rank == 2)];
        var sparse = new SparseAdam(tables, new() { LearningRate = 0.01 });
        var biases = new Adam(store.Parameters.Except(tables), new() { LearningRate = 0.01 });
        return new(
            find =>
            {
                find();
                foreach (Parameter table in tables)
                {
                    float[] gradients = table.Gradients.ToArray();
                    table.Gradients.Clear();
                    sparse.AddGradients(table, [.. Enumerable.Range(0, table.Shape[0])], gradients);
                }

                sparse.Step();
                biases.Step();
            },
            digest =>
            {
                new SteppedOptimizer(sparse).AddState(digest);
                new SteppedOptimizer(biases).AddState(digest);
            });
    }

    private static TrainingCase OfLbfgs(string name, LbfgsOptions options) => new(name, store =>
    {
        var lbfgs = new Lbfgs(store, options);
        return new(find => lbfgs.Step(find), digest =>
        {
            digest.Add(lbfgs.Iterations);
            digest.Add(lbfgs.Evaluations);
            List<StateTensor> tensors = [];
            StateWriter.Write("lbfgs", lbfgs.Describe, tensors);
            foreach (StateTensor tensor in tensors)
                digest.Add(tensor.Doubles.Span);
        });
    });

    private static Minimization OfMinimum(string name, MinimizerOptions options) => new(name, (objective, digest) =>
    {
        MinimizerResult result = Minimizer.Minimize(objective, [-1.2, 1, 0.5, -0.25, 2], options, (iteration, point) =>
        {
            digest.Add(point);
            digest.Add([iteration.Value, iteration.GradientNorm, iteration.StepLength]);
        });
        digest.Add(result.Point);
        digest.Add([result.Value, result.GradientNorm]);
        digest.Add([result.Iterations, result.Evaluations, (long)result.Reason]);
    });
}
