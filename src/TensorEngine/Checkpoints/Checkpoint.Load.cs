using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

public sealed partial class Checkpoint
{
    /// <summary>
    /// Loads everything that <see cref="Save(string, IProgress{TransferProgress}?, CancellationToken)"/> has saved. The whole file is
    /// checked first: if it does not match, nothing has been changed. If reading fails after that (because of the disk or a cancellation),
    /// the elements already read stay and nothing else has been changed: load again before you continue.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">The file is not a safetensors file; nothing has been changed.</exception>
    /// <exception cref="CheckpointMismatchException">
    /// The file is not a checkpoint or has an unknown version, or does not have exactly the same parameters and parts, with the same kinds
    /// and settings; nothing has been changed.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public void Load(string path, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var file = SafeTensorsFile.Open(path, cancellationToken);
        Load(file, progress, cancellationToken);
    }

    /// <summary>
    /// Loads everything from a stream, from its position to its end, as from a file: everything is checked before anything is changed.
    /// </summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first. It stays open.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB read, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidFileException">The bytes are not a safetensors file; nothing has been changed.</exception>
    /// <exception cref="CheckpointMismatchException">
    /// The file is not a checkpoint or has an unknown version, or does not have exactly the same parameters and parts, with the same kinds
    /// and settings; nothing has been changed.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public void Load(Stream stream, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var file = SafeTensorsFile.Open(stream, leaveOpen: true, cancellationToken);
        Load(file, progress, cancellationToken);
    }

    /// <summary>
    /// Loads only values, by name, from a checkpoint or any other safetensors file. A value that does not match is an error, or is skipped
    /// and reported if <see cref="ValueLoadOptions.Strict"/> is false. In both cases everything is checked before anything is changed. F64,
    /// F16 and BF16 are converted, F64 to the nearest float.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="store">Receives the values; its layout becomes fixed. The state of optimizers does not change.</param>
    /// <param name="options">How names are compared, or null for identical names.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; values already read stay.</param>
    /// <returns>What was loaded, and what did not match.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> or <paramref name="store"/> is null.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">The file is not a safetensors file; nothing has been changed.</exception>
    /// <exception cref="CheckpointMismatchException">
    /// Values do not match and the options are strict, two tensors belong to one parameter, or the file is a checkpoint with an unknown
    /// version; nothing has been changed.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static LoadReport LoadValues(
        string path,
        ParameterStore store,
        ValueLoadOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.NotNull(store);
        using var file = SafeTensorsFile.Open(path, cancellationToken);
        return LoadValues(file, store, options ?? new(), progress, cancellationToken);
    }

    /// <summary>
    /// Loads only values, by name, from a stream, from its position to its end: a checkpoint or any other safetensors file.
    /// </summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first. It stays open.
    /// </param>
    /// <param name="store">Receives the values; its layout becomes fixed. The state of optimizers does not change.</param>
    /// <param name="options">How names are compared, or null for identical names.</param>
    /// <param name="progress">Receives a report after each 8 MiB read, if there are more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; values already read stay.</param>
    /// <returns>What was loaded, and what did not match.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> or <paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidFileException">The bytes are not a safetensors file; nothing has been changed.</exception>
    /// <exception cref="CheckpointMismatchException">
    /// Values do not match and the options are strict, two tensors belong to one parameter, or the file is a checkpoint with an unknown
    /// version; nothing has been changed.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static LoadReport LoadValues(
        Stream stream,
        ParameterStore store,
        ValueLoadOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.NotNull(store);
        using var file = SafeTensorsFile.Open(stream, leaveOpen: true, cancellationToken);
        return LoadValues(file, store, options ?? new(), progress, cancellationToken);
    }

    private static LoadReport LoadValues(
        SafeTensorsFile file,
        ParameterStore store,
        ValueLoadOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        Dictionary<string, Parameter> parameters = store.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        IEnumerable<StoredTensor> candidates = CheckpointLayout.IsCheckpoint(file) ? CheckpointLayout.Values(file) : file.Tensors;
        store.Freeze();
        var load = new StateLoad();
        LoadReport report = ValueMatch.Find(file, parameters, candidates, options.Rename, load);
        if (options.Strict && !report.IsExactMatch)
            throw new CheckpointMismatchException(file.Path, report.ToString());
        load.ReadTensors(file, progress, cancellationToken);
        return report;
    }

    private void Load(SafeTensorsFile file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (!CheckpointLayout.IsCheckpoint(file))
        {
            throw new CheckpointMismatchException(
                file.Path,
                $"It has no {CheckpointLayout.VersionKey}, so it is not a checkpoint; LoadValues reads values from any safetensors file.");
        }

        var load = new StateLoad();
        try
        {
            CheckParts(file);
            CheckValues(file, load);
            StateReader.Read(CheckpointLayout.FrozenKey, Metadata(file, CheckpointLayout.FrozenKey), DescribeFrozen, load);
            foreach ((string name, IStateful part) in _parts)
                StateReader.Read(name, Metadata(file, CheckpointLayout.Part(name)), part.Describe, load);
            load.CheckTensors(file);
        }
        catch (InvalidDataException exception)
        {
            throw new CheckpointMismatchException(file.Path, exception.Message, exception);
        }

        load.ReadTensors(file, progress, cancellationToken);
        load.Commit();
        Notes.Clear();
        foreach ((string key, string text) in file.Metadata)
        {
            if (!key.StartsWith(CheckpointLayout.Reserved, StringComparison.Ordinal))
                Notes.Add(key, text);
        }
    }

    /// <summary>Compares the names of the parts.</summary>
    private void CheckParts(SafeTensorsFile file)
    {
        string[] own = [.. _parts.Select(part => part.Name)], stored = [.. CheckpointLayout.Parts(file).Order(StringComparer.Ordinal)];
        if (own.Except(stored, StringComparer.Ordinal).FirstOrDefault() is { } missing)
            throw new InvalidDataException($"\"{missing}\" was added here, but the file has {Listed(stored)}.");
        if (stored.Except(own, StringComparer.Ordinal).FirstOrDefault() is { } unexpected)
            throw new InvalidDataException($"the file has {Excerpt.Quoted(unexpected)}, but here {Listed(own)} was added.");

        static string Listed(string[] names) =>
            names.Length == 0 ? "nothing but values" : Excerpt.Quoted(string.Join("\", \"", names));
    }

    private void CheckValues(SafeTensorsFile file, StateLoad load)
    {
        LoadReport report = ValueMatch.Find(file, _parameters, CheckpointLayout.Values(file), name => name, load);
        if (!report.IsExactMatch)
            throw new InvalidDataException(report.ToString());
    }

    private static string Metadata(SafeTensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? text) ? text : throw new InvalidDataException($"it has no {key}.");
}
