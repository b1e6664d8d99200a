namespace TensorEngine.Tests.Digests;

/// <summary>Optimizers at many settings over gradients that are not those of a function: static steps over spans, and objects.</summary>
public static class OptimizerDigests
{
    private const int Steps = 40;

    /// <summary>9 rows of 11, for tables; 6 vectors of 16 and a rest.</summary>
    private const int SpanLength = SpanCase.Rows * SpanCase.Columns;

    private static readonly Shape[] s_shapes = [[], [17], [7, 9], [16], [3, 5, 2], [1], [40, 24], [31], [2, 2, 3, 4]];
    private static readonly Shape[] s_matrices = [[7, 9], [33, 20], [20, 33], [1, 6], [6, 1], [16, 16], [50, 70]];

    public static IEnumerable<DigestCase> Cases =>
    [
        .. OptimizerAdapter.SpanCases.Select(one => DigestCase.Of($"spans, {one.Name}", digest => StepSpans(one, digest))),
        .. OptimizerAdapter.ObjectCases.Select(one => DigestCase.Of($"object, {one.Name}", digest => StepObject(one, digest))),
        .. OptimizerAdapter.LbfgsCases.Select(one => DigestCase.Of($"object, {one.Name}", digest => StepLbfgs(one, digest))),
        .. OptimizerAdapter.Minimizations.Select(one => DigestCase.Of($"minimize, {one.Name}", digest => one.Run(Valley, digest))),
    ];

    private static void StepSpans(SpanCase one, Digest digest)
    {
        var numbers = new Numbers(1);
        float[] values = numbers.Floats(SpanLength), gradients = new float[SpanLength];
        float[][] state = [.. one.InitialState.Select(initial => Enumerable.Repeat(initial, SpanLength).ToArray())];
        for (int step = 1; step <= Steps; step++)
        {
            numbers.FillGradients(gradients, one.GradientsVanish);
            one.Step(values, gradients, state, step);
            digest.Add(values);
        }

        foreach (float[] buffer in state)
            digest.Add(buffer);
    }

    /// <summary>
    /// With two groups, a parameter that is frozen throughout and one that is for a while, eight steps with each kind of gradient
    /// options and all of them at last, every other step shared by threads.
    /// </summary>
    private static void StepObject(ObjectCase one, Digest digest)
    {
        var numbers = new Numbers(2);
        ParameterStore store = Fill(one.OnlyMatrices ? s_matrices : s_shapes, numbers);
        IReadOnlyList<Parameter> parameters = store.Parameters;
        SteppedOptimizer optimizer = one.Make(parameters);
        optimizer.AddGroup(parameters.Skip(4).Take(2));
        parameters[1].Trainable = false;
        using var workers = new Workers(3) { ShareAll = true };
        for (int step = 0; step < Steps; step++)
        {
            parameters[2].Trainable = step is < 10 or >= 20;
            int phase = step / 8;
            optimizer.SetGradientOptions(
                scale: phase >= 3 ? 0.25 : 1,
                clipNorm: phase is 1 or 4 ? 3 : null,
                clipValue: phase is 2 or 4 ? 0.05 : null,
                clear: phase >= 3,
                skipNonFinite: phase == 4);
            optimizer.Share(step % 2 == 1 ? workers : null);
            foreach (Parameter parameter in parameters)
                optimizer.Give(parameter, numbers);
            if (step == 36)
                parameters[0].Gradients[0] = float.PositiveInfinity;
            optimizer.Step(digest);
            foreach (Parameter parameter in parameters)
            {
                digest.Add(parameter.Values);
                digest.Add(parameter.Gradients);
            }
        }

        optimizer.AddState(digest);
    }

    private static void StepLbfgs(TrainingCase one, Digest digest)
    {
        ParameterStore store = Fill([[17], [3, 4], [], [8]], new Numbers(3));
        Trainee trainee = one.Make(store);
        for (int step = 0; step < 10; step++)
        {
            store.Parameters[3].Trainable = step is not (4 or 5);
            trainee.Step(FindGradients);
            foreach (Parameter parameter in store.Parameters)
                digest.Add(parameter.Values);
        }

        trainee.AddState(digest);

        double FindGradients()
        {
            double loss = 0;
            foreach (Parameter parameter in store.Parameters)
            {
                for (int i = 0; i < parameter.Length; i++)
                {
                    double x = parameter.Values[i], curvature = 1 + i % 7;
                    loss += curvature * x * x / 2 + x * x * x * x / 4 + x / 8;
                    parameter.Gradients[i] = (float)(curvature * x + x * x * x + 0.125);
                }
            }

            return loss;
        }
    }

    /// <summary>Rosenbrock's function of neighbours.</summary>
    internal static double Valley(ReadOnlySpan<double> point, Span<double> gradient)
    {
        double value = 0;
        gradient.Clear();
        for (int i = 0; i + 1 < point.Length; i++)
        {
            double x = point[i], rise = point[i + 1] - x * x;
            value += 100 * rise * rise + (1 - x) * (1 - x);
            gradient[i] += -400 * x * rise - 2 * (1 - x);
            gradient[i + 1] += 200 * rise;
        }

        return value;
    }

    private static ParameterStore Fill(Shape[] shapes, Numbers numbers)
    {
        var store = new ParameterStore();
        foreach (Shape shape in shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            numbers.Fill(parameter.Values);
        return store;
    }
}
