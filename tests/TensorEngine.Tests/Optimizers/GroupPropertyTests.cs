using CsCheck;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Parameters of any shapes in any groups, some of them frozen at times: each steps as it would in an optimizer of its own, before and
/// after everything was saved and loaded.
/// </summary>
public sealed class GroupPropertyTests
{
    private const int Steps = 4;

    /// <summary>What a parameter is: its length, its group's rate, and at which steps it is trained.</summary>
    private static readonly Gen<(int Length, int Group, bool[] Trains)[]> s_parameters =
        Gen.Select(Gen.Int[1, 70], Gen.Int[0, 2], Gen.Bool.Array[Steps]).Array[1, 6];

    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))]
    public void EachParameterStepsAsItWouldAlone(OptimizerCase optimizer) => Gen.Select(s_parameters, Gen.Int[0, Steps], Gen.Int).Sample(
        (parameters, savedBefore, seed) =>
        {
            ParameterStore together = Store(parameters, seed);
            Optimizer all = Grouped(optimizer, together, parameters);
            ParameterStore[] alone = [.. parameters.Select(_ => Store(parameters, seed))];
            Optimizer[] each = [.. alone.Select((store, i) => Alone(optimizer, store.Parameters[i], parameters[i].Group))];
            for (int step = 0; step < Steps; step++)
            {
                if (step == savedBefore)
                    (together, all) = Reloaded(optimizer, together, all, parameters);
                var random = new Random(seed + step);
                TestStore.FillGradients(together, random);
                for (int i = 0; i < parameters.Length; i++)
                {
                    together.Parameters[i].Trainable = alone[i].Parameters[i].Trainable = parameters[i].Trains[step];
                    together.Parameters[i].Gradients.CopyTo(alone[i].Parameters[i].Gradients);
                    each[i].Step();
                }

                all.Step();
            }

            return Enumerable.Range(0, parameters.Length).All(i => AreSame(together.Parameters[i].Values, alone[i].Parameters[i].Values));
        },
        iter: 4,
        threads: 1);

    private static double Rate(OptimizerCase optimizer, int group) => optimizer.Options.LearningRate / (1 << group);

    private static ParameterStore Store((int Length, int Group, bool[] Trains)[] parameters, int seed)
    {
        var store = new ParameterStore();
        for (int i = 0; i < parameters.Length; i++)
            store.Add($"parameter {i}", [parameters[i].Length]);
        store.Freeze();
        var random = new Random(seed);
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -3, 1);
        return store;
    }

    private static Optimizer Grouped(OptimizerCase optimizer, ParameterStore store, (int Length, int Group, bool[] Trains)[] parameters)
    {
        Optimizer made = optimizer.Make(store.Parameters);
        foreach (int group in parameters.Select(parameter => parameter.Group).Where(group => group > 0).Distinct().Order())
        {
            Parameter[] own = [.. store.Parameters.Where((_, i) => parameters[i].Group == group)];
            optimizer.AddGroup(made, own, options => options with { LearningRate = Rate(optimizer, group) });
        }

        return made;
    }

    private static Optimizer Alone(OptimizerCase optimizer, Parameter parameter, int group)
    {
        Optimizer made = optimizer.With("group", options => options with { LearningRate = Rate(optimizer, group) }).Make([parameter]);
        return made;
    }

    private static (ParameterStore Store, Optimizer Optimizer) Reloaded(
        OptimizerCase optimizer, ParameterStore store, Optimizer saved, (int Length, int Group, bool[] Trains)[] parameters)
    {
        using var stream = new MemoryStream();
        new Checkpoint(store) { { "it", saved } }.Save(stream);
        ParameterStore fresh = Store(parameters, seed: 0);
        Optimizer loaded = Grouped(optimizer, fresh, parameters);
        stream.Position = 0;
        new Checkpoint(fresh) { { "it", loaded } }.Load(stream);
        return (fresh, loaded);
    }

    private static bool AreSame(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (!Bits.Same(left[i], right[i]))
                return false;
        }

        return true;
    }
}
