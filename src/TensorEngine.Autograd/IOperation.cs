namespace TensorEngine.Autograd;

/// <summary>
/// A differentiable function of variables: a struct whose fields are the function's constants and the data that its forward pass keeps for
/// its backward pass. <see cref="Tape.Record{TOperation}"/> runs and records it. The tape stores records by type, so that none is boxed.
/// </summary>
/// <remarks>
/// The method that records an operation checks all arguments and computes the shape of the result, so <see cref="Forward"/> need not check
/// anything. Neither pass may allocate. Both pass the context's workers on to the functions they call, or use none.
/// </remarks>
public interface IOperation
{
    /// <summary>Computes the output from the inputs: writes every element of <see cref="ForwardContext.Output"/>.</summary>
    /// <param name="context">Inputs, output, memory and workers.</param>
    void Forward(in ForwardContext context);

    /// <summary>
    /// Computes the gradient of the loss with respect to each input that needs one (<see cref="BackwardContext.Needs"/>) from that with
    /// respect to the output.
    /// </summary>
    /// <param name="context">Inputs, output, gradients, memory and workers.</param>
    void Backward(in BackwardContext context);
}
