using TensorEngine.Generators;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A value of an enumeration of the user's own.</summary>
public enum Phase
{
    Warming,
    Training,
}

/// <summary>As a user would write one: numbers, texts, tensors of its own and of parameters, a part within, and a list.</summary>
public sealed class Tracker(ParameterStore store) : IStateful
{
    private readonly float[][] _averages = [.. store.Parameters.Select(parameter => new float[parameter.Length])];
    private readonly float[] _running = new float[2];
    private readonly Philox _noise = new(1);
    private List<Entry> _phases = [];
    private bool _started;
    private long _count;
    private double _best;
    private double? _limit;
    private string _label = "";
    private ulong[] _words = [];
    private double[] _numbers = [];
    private string[] _names = [];
    private Phase _phase;

    public string Kind { get; set; } = "tracker";

    public long Interval { get; set; } = -7;

    public double[] Sums { get; set; } = new double[3];

    public string StateName { get; set; } = "average";

    public int Limit { get; set; } = int.MaxValue;

    public bool More { get; set; }

    public IReadOnlyList<Parameter> Parameters => store.Parameters;

    public void Fill(ParameterStore values)
    {
        (_started, _count, _best, _limit, _label, _phase) = (true, 12, double.NaN, -0.0, "a \"ü\"\n", Phase.Training);
        (_words, _numbers, _names) = ([0, ulong.MaxValue], [1e-300, double.NegativeInfinity], ["w", ""]);
        _phases = [new(Phase.Warming, [3]), new(Phase.Training, [0.5])];
        _noise.Position = 99;
        for (int i = 0; i < _averages.Length; i++)
        {
            _averages[i].AsSpan().Fill(i + 0.5f);
            values.Parameters[i].Values.Fill(7);
        }

        _running[1] = -2;
        Sums[2] = 1.0 / 3;
    }

    public void Describe(StateArchive archive)
    {
        archive.Fixed("kind", Kind);
        archive.Fixed("Interval", Interval);
        archive.Fixed("Half", 0.5);
        archive.Fixed("On", true);
        bool started = archive.Flag("started", _started);
        long count = archive.Count("count", _count);
        double best = archive.Number("best", _best);
        double? limit = archive.Optional("limit", _limit);
        string label = archive.Text("label", _label);
        ulong[] words = archive.Words("words", _words);
        double[] numbers = archive.Numbers("numbers", _numbers);
        string[] names = archive.Names("names", _names);
        Phase phase = archive.Choice("phase", _phase);
        if (More)
            archive.Flag("more", true);
        for (int i = 0; i < _averages.Length; i++)
            archive.Tensor(Parameters[i], StateName, Parameters[i].Shape, _averages[i]);
        archive.Tensor("running", [2], _running);
        archive.Tensor("sums", [Sums.Length], Sums);
        archive.Within("noise", _noise);
        var phases = new List<Entry>();
        archive.Each("phases", _phases.Count, (item, i) =>
        {
            if (i >= Limit)
                throw item.Mismatch($"there are phases for {Limit} only.");
            Entry entry = i < _phases.Count ? _phases[i] : new(default, [0]);
            Phase found = item.Choice("phase", entry.Phase);
            double[] sums = new double[1];
            entry.Sums.CopyTo(sums, 0);
            item.Tensor("sums", [1], sums);
            phases.Add(new(found, sums));
        });
        archive.Commit(() =>
        {
            (_started, _count, _best, _limit, _label, _phase) = (started, count, best, limit, label, phase);
            (_words, _numbers, _names, _phases) = (words, numbers, names, phases);
        });
    }

    public override string ToString() => string.Join(
        '\n',
        [
            $"{_started} {_count} {_limit} {_label} {_phase} {BitConverter.DoubleToInt64Bits(_best)} {_noise}",
            string.Join(',', _words), string.Join(',', _numbers), string.Join(',', _names),
            string.Join(',', _averages.SelectMany(average => average)), string.Join(',', _running), string.Join(',', Sums),
            .. _phases.Select(entry => $"{entry.Phase} {entry.Sums[0]}"),
        ]);

    private sealed record Entry(Phase Phase, double[] Sums);
}
