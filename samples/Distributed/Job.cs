using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Digits.Datasets;
using Samples.Shared.Reports;
using TensorEngine;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Operations;
using TensorEngine.Checkpoints;
using TensorEngine.Distributed;
using TensorEngine.Generators;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace Distributed;

/// <summary>The training as one rank sees it.</summary>
internal sealed class Job
{
    private readonly JobSettings _settings;
    private readonly Transport _transport;
    private readonly DataSplit _data;
    private readonly ParameterStore _store = new();
    private readonly ImageNetwork _network;
    private readonly TensorEngine.Autograd.Data.MiniBatches _batches;
    private long _step;

    public Job(JobSettings settings, Transport transport)
    {
        (_settings, _transport) = (settings, transport);
        _data = DigitsFile.ReadSplit(settings.Seed);
        _network = new ImageNetwork(_store, _data.Training.PixelCount, settings.Hidden, settings.Seed);
        _batches = new(_data.Training.Count, settings.BatchSize, new Philox(settings.Seed, stream: 2), dropLast: true);
    }

    /// <summary>Trains, and prints on rank 0 what comes of it.</summary>
    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        using Workers? workers = _settings.Threads > 1 ? new Workers(_settings.Threads) : null;
        var tape = new Tape(workers);
        var shard = new ParameterShard(_store, _transport.Rank, _transport.Size);
        Optimizer inner = _settings.Optimizer.Create(shard, _settings.Rate);
        inner.Workers = workers;
        inner.GradientOptions.Clear = true;
        inner.GradientOptions.ClipNorm = _settings.ClipNorm;
        var optimizer = new ShardedOptimizer(inner, _transport, new ShardedOptions { BatchLanes = _settings.BatchLanes });
        var checkpoint = new Checkpoint(_store) { { "optimizer", optimizer }, { "noise", _network.Noise }, { "batches", _batches } };
        if (_settings.Resume)
        {
            optimizer.Load(checkpoint, _settings.Checkpoint!);
            _step = long.Parse(checkpoint.Notes["step"], CultureInfo.InvariantCulture);
        }

        Print($"{_transport}, {_settings.BatchLanes} lanes, SIMD width {LaneWidth.Current}: from step {_step}");
        long sent = _transport.BytesSent, began = _step;
        List<double> times = [], shared = [];
        while (_step < _settings.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            FindGradients(tape, optimizer);
            long gradientsFound = Stopwatch.GetTimestamp();
            optimizer.Step();
            _step++;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            shared.Add(Stopwatch.GetElapsedTime(gradientsFound).TotalMilliseconds);
            if (_step % Math.Max(1, _settings.Steps / 10) == 0)
                Print($"step {_step}: loss {optimizer.Loss:F4}");
            if (_settings.Checkpoint is { } path && _step % _settings.SaveEvery == 0)
            {
                checkpoint.Notes["step"] = _step.ToString(CultureInfo.InvariantCulture);
                optimizer.Save(checkpoint, path);
                Print($"saved {path} after step {_step}");
            }
        }

        double perStep = _step > began ? (_transport.BytesSent - sent) / (double)(_step - began) / 1e6 : 0;
        long state = inner.Parameters.Sum(parameter => inner.StateNames.Sum(name => (long)inner.State(parameter, name).Length));
        Print($"{Median(times):F3} ms per step, {Median(shared):F3} of them after the gradients; rank 0 sends {perStep:F3} MB in each");
        Print($"{_store.ElementCount} parameters; rank 0 keeps {state} floats of state, its process at most {PeakMegabytes()} MB");
        Print($"{_settings.Optimizer.Title}: {Accuracy(tape):0.00%} of {_data.Test.Count} test images correct");
        Print($"SHA-256 {WeightsDigest.Sha256(_store)}");
        return 0;
    }

    private void FindGradients(Tape tape, ShardedOptimizer optimizer)
    {
        ReadOnlySpan<int> rows = _batches.Next();
        Span<int> labels = stackalloc int[rows.Length / _settings.BatchLanes];
        foreach (BatchLane lane in optimizer.Lanes(rows.Length))
        {
            ReadOnlySpan<int> own = rows.Slice(lane.Start, lane.Length);
            for (int i = 0; i < own.Length; i++)
                labels[i] = _data.Training.Labels[own[i]];
            tape.ResetForPart(lane.Index, lane.Count);
            Variable images = tape.ConstantRows(_data.Training.Pixels, own, [_data.Training.PixelCount]);
            Variable loss = _network.Logits(images).CrossEntropy(labels);
            tape.Backward(loss);
            optimizer.AddLoss(loss.Item());
        }
    }

    private double Accuracy(Tape tape)
    {
        tape.Reset();
        tape.Training = false;
        using NoGradientScope scope = tape.NoGradient();
        LabelledImages test = _data.Test;
        ReadOnlySpan<float> logits = _network.Logits(tape.Constant(test.Pixels, [test.Count, test.PixelCount])).Values;
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * LabelledImages.ClassCount, LabelledImages.ClassCount);
            right += TensorPrimitives.IndexOfMax(row) == test.Labels[i] ? 1 : 0;
        }

        return right / (double)test.Count;
    }

    private void Print(FormattableString line)
    {
        if (_transport.Rank == 0)
            Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times.Count > 0 ? times[times.Count / 2] : 0;
    }

    private static long PeakMegabytes() => Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
}
