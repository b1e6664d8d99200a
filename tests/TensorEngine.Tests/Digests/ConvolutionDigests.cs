using TensorEngine.Numerics.Convolutions;

namespace TensorEngine.Tests.Digests;

/// <summary>Convolutions, poolings and their gradients, alone and shared by threads.</summary>
public static class ConvolutionDigests
{
    public static IEnumerable<DigestCase> Cases =>
    [
        Convolved("8 x 8 of 1 channel", new(9, 1, 16, new(8, 3, padding: 1), new(8, 3, padding: 1))),
        Convolved("14 x 14 of 32 channels", new(2, 32, 20, new(14, 3, padding: 1), new(14, 3, padding: 1))),
        Convolved("stride, dilation and groups", new(2, 6, 8, new(12, 3, 2, 1), new(15, 2, 1, 2, 3), groups: 2)),
        Convolved("one dimension", ConvolutionGeometry.OneDimension(3, 5, 7, new(50, 5, 2, 1))),
        Pooled("halves", new(6, new(8, 2, 2), new(10, 2, 2))),
        Pooled("overlapping", new(3, new(9, 3, 2, 1), new(11, 3, 1, 1))),
    ];

    private static DigestCase Convolved(string name, ConvolutionGeometry geometry) => DigestCase.Of($"convolution, {name}", digest =>
    {
        var numbers = new Numbers(15);
        float[] input = numbers.Floats(geometry.InputLength), weights = numbers.Floats(geometry.WeightLength);
        float[] bias = numbers.Floats(geometry.OutputChannels), gradient = numbers.Floats(geometry.OutputLength);
        using var workers = new Workers(3) { ShareAll = true };
        foreach (Workers? sharing in new[] { null, workers })
        {
            float[] output = new float[geometry.OutputLength];
            Convolution.Forward(geometry, input, weights, bias, output, sharing);
            digest.Add(output);
            foreach (bool accumulate in new[] { false, true })
            {
                Convolution.InputGradient(geometry, weights, gradient, input, accumulate, sharing);
                digest.Add(input);
                Convolution.WeightGradient(geometry, input, gradient, weights, accumulate, sharing);
                digest.Add(weights);
                Convolution.BiasGradient(geometry, gradient, bias, accumulate, sharing);
                digest.Add(bias);
            }
        }
    });

    private static DigestCase Pooled(string name, PoolingGeometry geometry) => DigestCase.Of($"pooling, {name}", digest =>
    {
        var numbers = new Numbers(16);
        float[] input = numbers.Floats(geometry.InputLength), gradient = numbers.Floats(geometry.OutputLength);
        float[] output = new float[geometry.OutputLength], global = new float[geometry.Planes];
        int[] indices = new int[geometry.OutputLength];
        MaxPooling.Forward(geometry, input, output, indices);
        digest.Add(output);
        MaxPooling.InputGradient(geometry, gradient, indices, input, accumulate: true);
        digest.Add(input);
        AveragePooling.Forward(geometry, input, output);
        digest.Add(output);
        AveragePooling.InputGradient(geometry, gradient, input, countPadding: false);
        digest.Add(input);
        AveragePooling.Global(input, global);
        digest.Add(global);
        AveragePooling.GlobalGradient(global, input, accumulate: true);
        digest.Add(input);
    });
}
