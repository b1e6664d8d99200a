namespace TensorEngine.Autograd.Layers;

/// <summary>The function between the two linear maps of a transformer block.</summary>
public enum TransformerActivation
{
    /// <summary>max(x, 0), torch's default.</summary>
    Relu = 0,

    /// <summary>x · Φ(x).</summary>
    Gelu = 1,

    /// <summary>The approximation by a hyperbolic tangent, as in GPT-2.</summary>
    GeluTanh = 2,
}
