namespace TensorEngine.Minimization;

public sealed partial class Lbfgs
{
    /// <summary>Describes the options, and the pairs with the parameters whose elements they contain.</summary>
    /// <param name="archive">Saves or loads them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="archive"/> is null.</exception>
    public void Describe(StateArchive archive)
    {
        Require.NotNull(archive).Fixed("kind", "Lbfgs");
        archive.Within("options", inner =>
        {
            (Options with { }).Describe(inner);
            inner.Commit(() => Options.Describe(inner));
        });

        bool[] trainable = new bool[_parameters.Length];
        IEnumerable<Parameter> steppedHere = _parameters.Where((_, i) => _point.Trainable[i]);
        string[] stepped = archive.Names("parameters", steppedHere.Select(parameter => parameter.Name));
        foreach (string name in stepped)
        {
            int index = Array.FindIndex(_parameters, parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal));
            if (index < 0)
                throw archive.Mismatch($"it was stepping \"{name}\", which is not a parameter of this Lbfgs.");
            trainable[index] = true;
        }

        // The vectors have the elements of one parameter after the other.
        string[] own = [.. _parameters.Where((_, i) => trainable[i]).Select(parameter => parameter.Name)];
        if (!stepped.SequenceEqual(own, StringComparer.Ordinal))
        {
            throw archive.Mismatch(
                $"it was stepping {string.Join(", ", stepped)}, in that order; the order here is {string.Join(", ", own)}.");
        }

        _core.Describe(archive, _parameters.Where((_, i) => trainable[i]).Sum(parameter => parameter.Length));
        archive.Commit(() => trainable.CopyTo(_point.Trainable));
    }
}

internal sealed partial class LbfgsCore
{
    /// <summary>Describes what the next direction depends on, under PyTorch's names; the oldest pair is number 0.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="length">The number of variables.</param>
    public void Describe(StateArchive archive, int length)
    {
        long iterations = archive.Integer("n_iter", Iterations), evaluations = archive.Integer("func_evals", Evaluations);
        bool begun = archive.Flag("begun", _begun);
        double scale = archive.Number("H_diag", _pairs.Scale), stepLength = archive.Number("t", _stepLength);
        double[] own = [.. Enumerable.Range(0, _begun ? _pairs.Count : 0).Select(_pairs.Reciprocal)];
        double[] reciprocals = archive.Numbers("ro", own);
        if (reciprocals.Length > (begun ? _pairs.Capacity : 0))
        {
            throw archive.Mismatch(
                $"ro has {reciprocals.Length} numbers; there is one for each pair, "
                + $"and at most {_pairs.Capacity} of them after the first iteration.");
        }

        if (begun)
        {
            DescribeVector("d", DirectionMemory);
            DescribeVector("prev_flat_grad", _previousGradient);
            for (int pair = 0; pair < reciprocals.Length; pair++)
            {
                DescribeVector($"old_stps/{pair}", _pairs.StepMemory(pair));
                DescribeVector($"old_dirs/{pair}", _pairs.ChangeMemory(pair));
            }
        }

        archive.Commit(() =>
        {
            (Iterations, Evaluations, _begun, _length, _stepLength) = (iterations, evaluations, begun, length, stepLength);
            _pairs.Restore(length, scale, reciprocals);
        });

        void DescribeVector(string name, double[] memory) => archive.Tensor(name, [length], memory.AsMemory(0, length));
    }
}
