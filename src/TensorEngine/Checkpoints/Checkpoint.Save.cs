using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

public sealed partial class Checkpoint
{
    private const string FrozenMember = "parameters";

    /// <summary>
    /// Saves everything to a file. The file is written atomically: after a crash you have the old file or the new one. Several threads and
    /// processes may save to the same file at the same time while others read it; the last save to finish wins.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Receives a report after each 8 MiB written, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; the old file stays.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; or parts describe two tensors with the same name, or one with a name that a file cannot have.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// A key of <see cref="Notes"/> starts with <c>tensorengine.</c>, or a part describes state that could not be loaded again, such as a
    /// duplicate name or an integer out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">The header of the file would take more than 100,000,000 bytes.</exception>
    /// <exception cref="IOException">An I/O error occurs while writing; the old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not write to the directory, or the path is a directory.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public void Save(string path, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        (List<StateTensor> tensors, Dictionary<string, string> metadata) = Describe();
        SafeTensorsFile.Save(path, tensors.SelectMany(tensor => tensor.ToContents()), metadata, progress, cancellationToken);
    }

    /// <summary>Saves everything to a stream, starting at its position, with the same bytes as a file.</summary>
    /// <param name="stream">A writable stream, which need not be seekable. The caller flushes and closes it.</param>
    /// <param name="progress">Receives a report after each 8 MiB written, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what has been written by then stays in the stream.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> is not writable; or parts describe two tensors with the same name, or one with a name that a file cannot
    /// have. Nothing was written then.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A key of <see cref="Notes"/> starts with <c>tensorengine.</c>, or a part describes state that could not be loaded again. Nothing was
    /// written then.
    /// </exception>
    /// <exception cref="NotSupportedException">The header of the file would take more than 100,000,000 bytes.</exception>
    /// <exception cref="IOException">An I/O error occurs while writing.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public void Save(Stream stream, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        StreamArgument.ToWrite(stream);
        (List<StateTensor> tensors, Dictionary<string, string> metadata) = Describe();
        SafeTensorsFile.Save(stream, tensors.SelectMany(tensor => tensor.ToContents()), metadata, progress, cancellationToken);
    }

    /// <summary>Returns the complete contents of a file; the tensors' memory is not copied.</summary>
    internal (List<StateTensor> Tensors, Dictionary<string, string> Metadata) Describe()
    {
        List<StateTensor> tensors = [.. _parameters.Values.Select(StateTensor.ValuesOf)];
        var metadata = new Dictionary<string, string>(Notes, StringComparer.Ordinal);
        if (metadata.Keys.FirstOrDefault(key => key.StartsWith(CheckpointLayout.Reserved, StringComparison.Ordinal)) is { } reserved)
        {
            throw new InvalidOperationException(
                $"Notes has the key \"{reserved}\"; keys that start with \"{CheckpointLayout.Reserved}\" are reserved.");
        }

        metadata.Add(CheckpointLayout.VersionKey, CheckpointLayout.VersionText);
        metadata.Add(CheckpointLayout.FrozenKey, StateWriter.Write(CheckpointLayout.FrozenKey, DescribeFrozen, tensors));
        foreach ((string name, IStateful part) in _parts)
            metadata.Add(CheckpointLayout.Part(name), StateWriter.Write(name, part.Describe, tensors));
        return (tensors, metadata);
    }

    /// <summary>Describes which parameters are not trainable.</summary>
    private void DescribeFrozen(StateArchive archive)
    {
        var frozen = new HashSet<Parameter>();
        foreach (string name in archive.Names(FrozenMember, _parameters.Values.Where(one => !one.Trainable).Select(one => one.Name)))
        {
            if (!_parameters.TryGetValue(name, out Parameter? parameter))
                throw archive.Mismatch($"\"{name}\" is not a parameter here.");
            frozen.Add(parameter);
        }

        archive.Commit(() =>
        {
            foreach (Parameter parameter in _parameters.Values.Where(parameter => parameter.Trainable == frozen.Contains(parameter)))
                parameter.Trainable = !frozen.Contains(parameter);
        });
    }
}
