using Digits.Datasets;
using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace Distributed;

/// <summary>Two hidden layers with dropout: the same on every rank, as its first weights come from the seed.</summary>
internal sealed class ImageNetwork
{
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Linear _last;
    private readonly Dropout _dropout;

    public ImageNetwork(ParameterStore store, int pixels, int hidden, ulong seed)
    {
        _first = new Linear(store, "first", pixels, hidden);
        _second = new Linear(store, "second", hidden, hidden);
        _last = new Linear(store, "last", hidden, LabelledImages.ClassCount);
        _dropout = new Dropout(0.1, new Philox(seed, stream: 1));
        Layer.Initialize(new Philox(seed), _first, _second, _last);
    }

    /// <summary>Where dropout's draws come from; a part of the run.</summary>
    public Philox Noise => _dropout.Generator;

    /// <summary>[images, digits].</summary>
    public Variable Logits(Variable images) =>
        _last.Apply(_dropout.Apply(_second.Apply(_dropout.Apply(_first.Apply(images).Relu())).Relu()));
}
