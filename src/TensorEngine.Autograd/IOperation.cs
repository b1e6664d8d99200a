namespace TensorEngine.Autograd;

/// <summary>
/// A differentiable function of variables: a struct, whose fields are the function's constants and what its forward pass keeps for its
/// backward pass. <see cref="Tape.Record{TOperation}"/> runs and records it. The tape holds records by type, so that none is boxed.
/// </summary>
/// <remarks>
/// The method that records an operation checks all arguments and finds the shape of the result; when <see cref="Forward"/> runs, everything
/// fits. Neither pass allocates, and both hand the context's workers on to what they call, or use none.
/// </remarks>
public interface IOperation
{
    /// <summary>Computes the output from the inputs: writes every element of <see cref="ForwardContext.Output"/>.</summary>
    /// <param name="context">Inputs, output, memory and workers.</param>
    void Forward(in ForwardContext context);

    /// <summary>
    /// Computes the loss's gradient with respect to each input that needs one (<see cref="BackwardContext.Needs"/>) from that with respect
    /// to the output.
    /// </summary>
    /// <param name="context">Inputs, output, gradients, memory and workers.</param>
    void Backward(in BackwardContext context);
}
