using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Documentation;

/// <summary>The README's example, compiled; <see cref="ReadmeTests"/> compares it with the README.</summary>
public static class ReadmeExample
{
    public static void Run()
    {
        // README
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [1, 3]);
        Initialize.KaimingNormal(weight, new Philox(seed: 42));
        var adam = new Adam(store, new AdamOptions { LearningRate = 0.05 });

        float[] target = [1, -2, 3];
        for (int step = 1; step <= 500; step++)
        {
            // The loss is the squared distance from the target, so its gradient is twice the difference.
            for (int i = 0; i < target.Length; i++)
                weight.Gradients[i] = 2 * (weight.Values[i] - target[i]);
            adam.Step();
        }

        Console.WriteLine($"{weight}: {string.Join(", ", weight.Values.ToArray())}");
        // END
    }
}
