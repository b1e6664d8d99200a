namespace TensorEngine.Autograd.Operations;

/// <summary>
/// The operations, with the names and meanings of torch.nn.functional: extension methods of <see cref="Variable"/>. They allocate nothing
/// from the second step of a shape on, and give the same bits at every SIMD width and with any number of threads.
/// </summary>
public static partial class Functional;
