namespace TensorEngine.Autograd.Operations;

/// <summary>
/// Operations with the names and meanings of torch.nn.functional, as extension methods of <see cref="Variable"/>. After the first step with
/// a given shape they allocate nothing, and they give the same bits at every SIMD width and with any number of threads.
/// </summary>
public static partial class Functional;
