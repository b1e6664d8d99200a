using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Checkpoints;
using TensorEngine.Files;

namespace TensorEngine.Autograd.Tests.Layers;

/// <summary>A state_dict that PyTorch has saved goes into a network of the same layers by name.</summary>
public sealed class StateDictTests
{
    [Test]
    public void ANetworkOfConvolutionsHasPyTorchsNamesAndShapes()
    {
        var store = new ParameterStore();
        var first = new Convolution2D(store, "conv1", 3, 8, kernel: 3);
        var norm = new BatchNorm(store, "norm1", 8);
        _ = new Convolution2D(store, "conv2", 8, 6, kernel: 3, groups: 2);
        _ = new BatchNorm(store, "norm2", 6);
        var output = new Linear(store, "output", 24, 5);
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "torch_images.safetensors");
        LoadReport report = Checkpoint.LoadValues(path, store);
        Assert.That(report.IsExactMatch, report.ToString());

        using var file = SafeTensorsFile.Open(path);
        // An integer of 64 bits becomes a float.
        long[] tracked = [0];
        file.Read(Find(file, "norm1.num_batches_tracked"), tracked.AsSpan());
        Assert.That(norm.BatchesTracked.Values[0], Is.EqualTo(tracked[0]));
        Assert.That(first.Weight.Values.ToArray(), Is.EqualTo(Read(file, "conv1.weight")));
        Assert.That(norm.RunningVariance.Values.ToArray(), Is.EqualTo(Read(file, "norm1.running_var")));
        Assert.That(output.Bias!.Values.ToArray(), Is.EqualTo(Read(file, "output.bias")));
    }

    private static float[] Read(SafeTensorsFile file, string name)
    {
        StoredTensor tensor = Find(file, name);
        float[] values = new float[tensor.ElementCount];
        file.Read(tensor, values);
        return values;
    }

    private static StoredTensor Find(SafeTensorsFile file, string name) =>
        file.Tensors.Single(one => string.Equals(one.Name, name, StringComparison.Ordinal));
}
