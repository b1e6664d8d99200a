using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Support;

/// <summary>What lies in the buffers of a test.</summary>
public enum Content
{
    Ordinary,
    Special,
}

/// <summary>Buffers for an <see cref="OptimizerCase"/> as they are in the middle of its work.</summary>
public static class TestData
{
    /// <summary>The number of the step that follows the ones that <see cref="Create"/> has taken.</summary>
    public const long NextStep = 8; // far enough for every rule of an optimizer that starts with another one

    /// <summary>
    /// Random values and gradients, and the state of earlier steps; with <see cref="Content.Special"/> zeros, denormals,
    /// infinities, NaN and other special values sprinkled into every buffer.
    /// </summary>
    public static StepArrays Create(OptimizerCase optimizer, int length, Content content, Random random)
    {
        var arrays = new StepArrays(optimizer.States.Count, length);
        FillInitial(arrays, optimizer, random);
        using (new ForcedWidth(1))
        {
            for (long step = 1; step < NextStep; step++)
            {
                FloatSamples.FillSpread(arrays.Gradients, random, -12, 6);
                optimizer.Step(arrays.All, step);
            }
        }

        FloatSamples.FillSpread(arrays.Gradients, random, -12, 6);
        if (content == Content.Special)
        {
            for (int i = 0; i < arrays.Count; i++)
                FloatSamples.SprinkleSpecial(arrays[i], random);
        }

        return arrays;
    }

    /// <summary>Random values, and the state before the first step.</summary>
    public static void FillInitial(StepArrays arrays, OptimizerCase optimizer, Random random)
    {
        FloatSamples.FillSpread(arrays.Values, random, -3, 1);
        for (int i = 0; i < optimizer.States.Count; i++)
            arrays[2 + i].Fill(optimizer.States[i].Initial);
    }
}
