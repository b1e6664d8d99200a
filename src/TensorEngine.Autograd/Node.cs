namespace TensorEngine.Autograd;

/// <summary>The data of a variable on a tape.</summary>
internal struct Node
{
    public Shape Shape;

    /// <summary>The location of the values, unless they are a parameter's.</summary>
    public Block Values;

    public Parameter? Parameter;

    /// <summary>The parameter of bf16 from which the values were widened, and to whose gradients the node's gradient is added.</summary>
    public Parameter? Widened;

    /// <summary>The operation that a backward pass runs; null for inputs from the user and for results that are not recorded.</summary>
    public OperationRecords? Records;

    public int Record;
    public int FirstInput;
    public int InputCount;

    /// <summary>The only element before rounding to float; NaN if there is none.</summary>
    public double Scalar;

    /// <summary>Whether an operation has overwritten the values with its result, so that they are no longer available.</summary>
    public bool IsOverwritten;

    public bool RequiresGradient;

    /// <summary>Whether the gradient is kept beyond the backward pass.</summary>
    public bool RetainsGradient;

    /// <summary>The gradient of the backward pass in progress, complete when the pass comes to this node.</summary>
    public Block Gradient;

    /// <summary>The sum of the gradients of the backward passes that are done.</summary>
    public Block RetainedGradient;
}
