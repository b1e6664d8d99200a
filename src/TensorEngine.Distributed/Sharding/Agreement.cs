using System.Globalization;
using System.Text;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed.Sharding;

/// <summary>
/// Compares what must be the same on all ranks before every exchange: 64 bytes from each to each. If anything differs, the ranks exchange
/// texts, and every rank throws the same exception.
/// </summary>
internal sealed class Agreement
{
    private const int Operation = 0;
    private const int Layout = 1;
    private const int OptionsText = 2;
    private const int Steps = 3;
    private const int Batch = 4;
    private const int Values = 5;
    private const int Extra = 6;
    private const int Words = 8;

    private readonly Optimizer _optimizer;
    private readonly Transport _transport;
    private readonly int _batchLanes;
    private readonly long[] _own = new long[Words];
    private readonly long[] _all;
    private readonly List<(OptimizerOptions? Options, long Hash)> _hashes = [];
    private readonly TextHash _names;
    private bool _valuesDiffer = true;

    public Agreement(Optimizer optimizer, Transport transport, int batchLanes)
    {
        (_optimizer, _transport, _batchLanes) = (optimizer, transport, batchLanes);
        _all = new long[Words * transport.Size];
        _names = TextHash.Start.With(batchLanes);
        foreach (Parameter parameter in optimizer.Parameters)
        {
            _names = _names.With(parameter.Name).With(parameter.Offset);
            foreach (int length in parameter.Shape)
                _names = _names.With(length);
        }
    }

    /// <summary>Includes the values in the next comparison: before the first step, and after values are loaded.</summary>
    public void CompareValues() => _valuesDiffer = true;

    /// <summary>Compares the operation about to be performed, and distributes a number of each rank.</summary>
    /// <param name="operation">The operation about to be performed.</param>
    /// <param name="batchSize">The samples of the batch, or 0.</param>
    /// <param name="number">This rank's number.</param>
    /// <param name="numbers">Receives all ranks' numbers.</param>
    /// <exception cref="TransportException">A rank differs from rank 0 or does not answer.</exception>
    public void Check(JobOperation operation, int batchSize, double number, Span<double> numbers)
    {
        _own[Operation] = (long)operation;
        _own[Layout] = LayoutHash();
        _own[OptionsText] = OptionsHash();
        _own[Steps] = StepsHash();
        _own[Batch] = batchSize;
        _own[Values] = operation == JobOperation.Step && _valuesDiffer ? ValuesHash() : 0;
        _own[Extra] = BitConverter.DoubleToInt64Bits(number);
        _transport.AllGather(_own, _all);
        for (int subject = Operation; subject <= Values; subject++)
        {
            for (int rank = 1; rank < _transport.Size; rank++)
            {
                if (_all[rank * Words + subject] != _all[subject])
                    ThrowDifference(subject, rank, operation, batchSize);
            }
        }

        _valuesDiffer &= operation != JobOperation.Step;
        for (int rank = 0; rank < numbers.Length; rank++)
            numbers[rank] = BitConverter.Int64BitsToDouble(_all[rank * Words + Extra]);
    }

    private long LayoutHash()
    {
        TextHash hash = _names;
        IReadOnlyList<Parameter> parameters = _optimizer.Parameters;
        for (int i = 0; i < parameters.Count; i++)
            hash = hash.With(parameters[i].Trainable ? 1 : 0);
        return hash.Value;
    }

    private long OptionsHash()
    {
        GradientOptions gradients = _optimizer.GradientOptions;
        TextHash hash = TextHash.Start.With(gradients.Scale).With(gradients.ClipNorm ?? -1).With(gradients.ClipValue ?? -1)
            .With(gradients.SkipNonFinite ? 1 : 0);
        IReadOnlyList<ParameterGroup> groups = _optimizer.Groups;
        for (int i = 0; i < groups.Count; i++)
        {
            // Options never change, so that their text is made once.
            if (i == _hashes.Count)
                _hashes.Add(default);
            if (_hashes[i].Options != groups[i].Options)
                _hashes[i] = (groups[i].Options, TextHash.Start.With(groups[i].Options.ToString()).Value);
            hash = hash.With(_hashes[i].Hash).With(groups[i].LearningRate);
        }

        return hash.Value;
    }

    private long StepsHash()
    {
        TextHash hash = TextHash.Start;
        IReadOnlyList<Parameter> parameters = _optimizer.Parameters;
        for (int i = 0; i < parameters.Count; i++)
            hash = hash.With(_optimizer.StepCount(parameters[i]));
        return hash.Value;
    }

    private long ValuesHash()
    {
        TextHash hash = TextHash.Start;
        foreach (Parameter parameter in _optimizer.Parameters)
            hash = hash.With(parameter.Values);
        return hash.Value;
    }

    private void ThrowDifference(int subject, int rank, JobOperation operation, int batchSize)
    {
        string[] own = subject switch
        {
            Operation => [$"is at {operation}"],
            Layout => LayoutLines(),
            OptionsText => OptionLines(),
            Steps => [.. _optimizer.Parameters.Select(one => Invariant($"has taken {_optimizer.StepCount(one)} steps of {one}"))],
            Batch => [Invariant($"has a batch of {batchSize}")],
            _ => [.. _optimizer.Parameters.Select(one => $"has values of {one} with the hash {TextHash.Start.With(one.Values)}")],
        };
        string[] first = JobTexts.Broadcast(_transport, own, 0), other = JobTexts.Broadcast(_transport, own, rank);
        int line = 0;
        while (line < first.Length && line < other.Length && string.Equals(first[line], other[line], StringComparison.Ordinal))
            line++;
        throw new TransportException(
            $"Rank {rank} differs from rank 0: rank {rank} {Line(other, line)}; rank 0 {Line(first, line)}. All ranks must have the same.");

        static string Line(string[] lines, int index) => index < lines.Length ? lines[index] : "has nothing else";
    }

    private string[] LayoutLines() =>
    [
        Invariant($"has BatchLanes {_batchLanes}"),
        .. _optimizer.Parameters.Select(one => $"has {one}{(one.Trainable ? "" : ", not trainable")}"),
    ];

    private string[] OptionLines() =>
    [
        $"has {_optimizer.GradientOptions}",
        .. _optimizer.Groups.Select((group, index) => $"has group {index} of {group}"),
    ];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Specifies what all ranks do together.</summary>
internal enum JobOperation
{
    Start = 1,
    Step,
    Save,
    Load,
    Values,
}

/// <summary>Texts that ranks exchange when something is wrong.</summary>
internal static class JobTexts
{
    /// <summary>Copies the lines of one rank to all.</summary>
    public static string[] Broadcast(Transport transport, string[] own, int root)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join('\n', own));
        Span<int> length = [bytes.Length];
        transport.Broadcast(length, root);
        if (root != transport.Rank)
            bytes = new byte[length[0]];
        transport.Broadcast<byte>(bytes, root);
        return Encoding.UTF8.GetString(bytes).Split('\n');
    }

    /// <summary>Throws on every rank the error that occurred on one; does nothing if none failed.</summary>
    public static void ThrowIfAnyFailed(Transport transport, string deed, string? fault)
    {
        byte[] failed = new byte[transport.Size];
        transport.AllGather<byte>(new byte[] { fault is null ? (byte)0 : (byte)1 }, failed);
        int rank = Array.IndexOf(failed, (byte)1);
        if (rank >= 0)
            throw new TransportException($"Rank {rank} could not {deed}: {string.Join(' ', Broadcast(transport, [fault ?? ""], rank))}");
    }
}
