using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// An object that has parameters in a store, under PyTorch's names, and is applied to variables. Create all layers of a network first, then
/// <see cref="Initialize(Generator)"/> them in the same order: with a <see cref="TorchGenerator"/> the values are those of the same network
/// in PyTorch.
/// </summary>
public abstract class Layer
{
    private protected Layer(ParameterStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Store = store;
        Name = name;
    }

    /// <summary>The store with the parameters.</summary>
    public ParameterStore Store { get; }

    /// <summary>The prefix of the names of the parameters, before a dot; empty for names without a prefix.</summary>
    public string Name { get; }

    /// <summary>Sets the initial values of layers, one after the other.</summary>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="layers">The layers, in the order in which PyTorch creates them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    public static void Initialize(Generator generator, params ReadOnlySpan<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(generator);
        foreach (Layer layer in layers)
            layer.Initialize(generator);
    }

    /// <summary>Sets all parameters to the initial values of PyTorch's layer. Fixes the store's layout.</summary>
    /// <param name="generator">The source of the draws; layers without random values draw nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    public abstract void Initialize(Generator generator);

    /// <summary>Returns the name and the parameters of the layer.</summary>
    public override string ToString() => $"{GetType().Name} \"{Name}\"";

    private protected Parameter Add(string name, Shape shape) => Store.Add(Name.Length == 0 ? name : $"{Name}.{name}", shape);

    /// <summary>Adds a buffer, which is in the store and saved, but not stepped.</summary>
    private protected Parameter AddBuffer(string name, Shape shape)
    {
        Parameter buffer = Add(name, shape);
        buffer.Trainable = false;
        return buffer;
    }
    /// <summary>Returns a parameter as a variable, or null if there is none.</summary>
    private protected static Variable? OnTape(Tape tape, Parameter? parameter) => parameter is null ? null : tape.Parameter(parameter);

    /// <summary>Throws unless the last dimension has the given length.</summary>
    private protected static void RequireLast(string operation, Variable input, int columns)
    {
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.LastLength() != columns)
            Mismatch.Throw(operation, "input", shape, $"it must be [..., {columns}]");
    }
}
