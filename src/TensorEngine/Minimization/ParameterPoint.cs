namespace TensorEngine.Minimization;

/// <summary>
/// Some parameters as one point of doubles, without those that were frozen when it last looked, and a closure over them as a function
/// of that point. Evaluations allocate nothing of their own.
/// </summary>
internal sealed class ParameterPoint(Parameter[] parameters)
{
    private readonly bool[] _trainable = [.. parameters.Select(parameter => parameter.Trainable)];

    /// <summary>Computes the loss and sets the gradients, or adds to them.</summary>
    public Func<double>? Closure { get; set; }

    /// <summary>Which parameters the point has.</summary>
    public Span<bool> Trainable => _trainable;

    /// <summary>The elements of the point.</summary>
    public int Length
    {
        get
        {
            int length = 0;
            for (int i = 0; i < parameters.Length; i++)
                length += _trainable[i] ? parameters[i].Length : 0;
            return length;
        }
    }

    /// <summary>Looks which parameters are frozen now.</summary>
    /// <returns>Whether the point has others than before.</returns>
    public bool NoticeFrozen()
    {
        bool changed = false;
        for (int i = 0; i < _trainable.Length; i++)
        {
            changed |= _trainable[i] != parameters[i].Trainable;
            _trainable[i] = parameters[i].Trainable;
        }

        return changed;
    }

    /// <summary>Reads the values.</summary>
    public void Read(Span<double> point)
    {
        int at = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (_trainable[i])
                Widen(parameters[i].Values, point, ref at);
        }
    }

    /// <summary>Writes the nearest floats, by the flags as they were: a closure may have changed those of the parameters.</summary>
    public void Write(ReadOnlySpan<double> point)
    {
        int at = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!_trainable[i])
                continue;
            foreach (ref float value in parameters[i].Values)
                value = (float)point[at++];
        }
    }

    /// <summary>An <see cref="Objective"/>: writes the point, clears its gradients, calls the closure.</summary>
    /// <exception cref="InvalidOperationException">The closure has changed whether a parameter is trainable.</exception>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Write(point);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (_trainable[i])
                parameters[i].Gradients.Clear();
        }

        double loss = Closure!();
        int at = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Trainable != _trainable[i])
            {
                string change = _trainable[i] ? "frozen" : "thawed";
                throw new InvalidOperationException(
                    $"closure has {change} \"{parameters[i].Name}\"; freeze and thaw parameters only between steps.");
            }

            if (_trainable[i])
                Widen(parameters[i].Gradients, gradient, ref at);
        }

        return loss;
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> destination, ref int at)
    {
        foreach (float value in source)
            destination[at++] = value;
    }
}
