using System.Runtime.InteropServices;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Support;

/// <summary>Stores with parameters of many shapes, with and without padding.</summary>
public static class TestStore
{
    public static readonly Shape[] Shapes = [[], [17], [7, 9], [16], [3, 5, 2], [1], [4, 16], [31]];

    /// <summary>A store with random values.</summary>
    public static ParameterStore Create(Random random)
    {
        var store = new ParameterStore();
        foreach (Shape shape in Shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -3, 1);
        return store;
    }

    public static void FillGradients(ParameterStore store, Random random)
    {
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Gradients, random, -12, 6);
    }

    /// <summary>Copies of a parameter's values and gradients, and state as it is before the first step.</summary>
    public static StepArrays Copy(Parameter parameter, OptimizerCase optimizer)
    {
        var arrays = new StepArrays(optimizer.States.Count, parameter.Length);
        TestData.FillInitial(arrays, optimizer, new Random(0));
        parameter.Values.CopyTo(arrays.Values);
        parameter.Gradients.CopyTo(arrays.Gradients);
        return arrays;
    }

    /// <summary>What lies between the end of a parameter and the start of the next one: in values, gradients and state.</summary>
    public static IEnumerable<(string Where, float[] Padding)> Padding(Parameter parameter, Optimizer optimizer)
    {
        yield return ("values", After(parameter.Values));
        yield return ("gradients", After(parameter.Gradients));
        foreach (string name in optimizer.StateNames)
            yield return (name, After(optimizer.State(parameter, name)));

        float[] After(Span<float> elements) =>
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(elements), parameter.PaddedLength)[parameter.Length..].ToArray();
    }
}
