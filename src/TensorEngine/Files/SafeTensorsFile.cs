using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TensorEngine.Files;

/// <summary>
/// A safetensors file that is open for reading. Opening it checks the whole header and that it accounts for every byte of the
/// file; reading a tensor then streams its bytes into the caller's memory. Memory beyond the caller's: at most 8 times the header
/// and 1 MiB. An instance is not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// The format: <see href="https://github.com/huggingface/safetensors"/>. As the format's own library does, the header may have white
/// space of JSON around its object. Stricter than it, unknown fields and duplicate names are refused, and so are names with a
/// character of code 0, lengths that overflow in any order, and more than 30,000 entries of metadata.
/// </remarks>
[DebuggerDisplay("{Path}, {Tensors.Count} tensors")]
public sealed class SafeTensorsFile : IDisposable
{
    private readonly FileBytes _bytes;
    private readonly TensorReader _reader;
    private readonly SafeTensorsHeader _header;
    private bool _isClosed;

    private SafeTensorsFile(ByteSource source, CancellationToken cancellationToken)
    {
        _bytes = new FileBytes(source);
        _reader = new TensorReader(_bytes);
        try
        {
            _header = SafeTensorsHeader.Read(_bytes, cancellationToken);
            Tensors = Array.AsReadOnly(_header.Tensors);
            Metadata = _header.Metadata.AsReadOnly();
        }
        catch
        {
            _bytes.Dispose();
            throw;
        }
    }

    /// <summary>The path that the file was opened by; of a stream that has none its type, as in <c>(MemoryStream)</c>.</summary>
    public string Path => _bytes.Name;

    /// <summary>The tensors in the order of their bytes, in which reading them is fastest.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The texts that the header has under <c>__metadata__</c>; none if it has no such entry.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">No tensor has that name.</exception>
    public StoredTensor this[string name] =>
        TryGetValue(name, out StoredTensor? tensor)
            ? tensor
            : throw new KeyNotFoundException($"There is no tensor {Excerpt.Quoted(name)} in {Path}; it has {Tensors.Count} tensors.");

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">The file is not a safetensors file; the message has the reason and the byte.</exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static SafeTensorsFile Open(string path, CancellationToken cancellationToken = default) =>
        new(new FileSource(path), cancellationToken);

    /// <summary>Takes what a stream has from its position to its end for a file, and checks its header against its length.</summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first.
    /// </param>
    /// <param name="leaveOpen">Whether the stream stays open when the file is closed or refused.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <remarks>Reading moves the position of the stream; nobody else may use it meanwhile.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidFileException">
    /// The bytes are not a safetensors file; the message has the reason and the byte, counted from the position.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static SafeTensorsFile Open(Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        new(new StreamSource(StreamArgument.ToRead(stream), leaveOpen), cancellationToken);

    /// <summary>
    /// Writes a file that the format's own library reads. At every moment the old or the new file is whole: a temporary file in the
    /// same folder is written, flushed to disk and renamed. Memory beyond the tensors: at most 8 times the header and 1 MiB.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tensors">The tensors in any order. The file has them by type, the largest first, and then by name.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>, at most 30,000; null for none.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was written, if the tensors take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; the old file stays and the temporary one is deleted.</param>
    /// <remarks>
    /// When a save fails, the old file stays as it was. The temporary file of a process that was killed is deleted by the next save of
    /// the same file. The file replaces the one that a symbolic link names; on Unix it keeps that one's permissions.
    /// </remarks>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="path"/> or <paramref name="tensors"/> is null, or a tensor, or a text of <paramref name="metadata"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; two tensors have the same name; a text of <paramref name="metadata"/> has a surrogate without
    /// its partner, or a name in it has a character of code 0; or there are too many of them.
    /// </exception>
    /// <exception cref="NotSupportedException">The header would take more than 100,000,000 bytes.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not write to the directory, or the path is a directory.</exception>
    /// <exception cref="IOException">The system fails to write: the disk is full, for instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        string path,
        IEnumerable<TensorContent> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeTensorsContent content = SafeTensorsContent.Make(tensors, metadata, progress, cancellationToken);
        FileReplacement.Write(path, content, static (file, content) => content.WriteTo(file));
    }

    /// <summary>
    /// Writes the same bytes to a stream, from its position on. Memory beyond the tensors: at most 8 times the header and 1 MiB.
    /// </summary>
    /// <param name="stream">A writable stream, which need not be seekable. The caller flushes and closes it.</param>
    /// <param name="tensors">The tensors in any order. The file has them by type, the largest first, and then by name.</param>
    /// <param name="metadata">Texts for the header's <c>__metadata__</c>, at most 30,000; null for none.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was written, if the tensors take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what has been written by then stays in the stream.</param>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="stream"/> or <paramref name="tensors"/> is null, or a tensor, or a text of <paramref name="metadata"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> cannot be written; two tensors have the same name; a text of <paramref name="metadata"/> has a surrogate
    /// without its partner, or a name in it has a character of code 0; or there are too many of them. Nothing was written then.
    /// </exception>
    /// <exception cref="NotSupportedException">The header would take more than 100,000,000 bytes; nothing was written.</exception>
    /// <exception cref="IOException">An I/O error occurs while writing.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        Stream stream,
        IEnumerable<TensorContent> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToWrite(stream);
        SafeTensorsContent.Make(tensors, metadata, progress, cancellationToken).WriteTo(stream);
    }

    /// <summary>Looks for the tensor called <paramref name="name"/> (ordinal comparison).</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out StoredTensor tensor) =>
        _header.ByName.TryGetValue(Require.NotNull(name), out tensor);

    /// <summary>
    /// Reads a tensor as floats, row by row: <c>F32</c> exactly, bit for bit; <c>F16</c> and <c>BF16</c> exactly; <c>F64</c> rounded
    /// to the nearest float, ties to even, beyond the largest float to an infinity. NaN stays NaN.
    /// </summary>
    /// <param name="tensor">One of this file's tensors.</param>
    /// <param name="destination">The elements, as many as the tensor has.</param>
    /// <param name="progress">Receives a report after every 8 MiB that was read, if the tensor takes more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what was read by then is in <paramref name="destination"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tensor"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length than the tensor.</exception>
    /// <exception cref="InvalidFileException">The elements are of another type, or the file has become shorter.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public void Read(
        StoredTensor tensor,
        Span<float> destination,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.NotNull(tensor);
        bool isWatched = progress is not null || cancellationToken.CanBeCanceled;
        Read(tensor, destination, isWatched ? new Transfer(tensor.ByteLength, progress, cancellationToken) : null);
    }

    /// <summary>Reads a tensor of type <c>F64</c>, row by row, exactly.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<double> destination) => ReadExactType(tensor, ElementType.F64, destination);

    /// <summary>Reads a tensor of type <c>I64</c>, row by row.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<long> destination) => ReadExactType(tensor, ElementType.I64, destination);

    /// <summary>Reads a tensor of type <c>U64</c>, row by row.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<ulong> destination) => ReadExactType(tensor, ElementType.U64, destination);

    /// <summary>Reads a tensor of type <c>U8</c>, row by row.</summary>
    /// <inheritdoc cref="Read(StoredTensor, Span{float}, IProgress{TransferProgress}?, CancellationToken)"/>
    public void Read(StoredTensor tensor, Span<byte> destination) => ReadExactType(tensor, ElementType.U8, destination);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _bytes.Dispose();
    }

    /// <summary>Reads a tensor as floats, as a part of a larger piece of work.</summary>
    internal void Read(StoredTensor tensor, Span<float> destination, Transfer? transfer)
    {
        CheckOwn<float>(tensor, destination);
        if (tensor.Type == ElementType.F32)
            _reader.Read(tensor, destination, transfer);
        else if (tensor.IsReadAsFloat)
            _reader.Convert(tensor, destination, transfer);
        else
            throw OtherType(tensor, "F32, F64, F16 or BF16, which are read as floats");
    }

    /// <summary>Reads the bytes of a tensor of any type.</summary>
    internal void ReadBytes(StoredTensor tensor, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Debug.Assert(destination.Length == tensor.ByteLength);
        _reader.Read(tensor, destination, transfer: null);
    }

    /// <summary>Reads some elements of a tensor of floats, from one on, as a part of a larger piece of work.</summary>
    internal void ReadPart(StoredTensor tensor, int start, Span<float> destination, Transfer transfer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Debug.Assert(tensor.IsReadAsFloat && start + destination.Length <= tensor.ElementCount);
        if (tensor.Type == ElementType.F32)
            _reader.Read(tensor, destination, transfer, start);
        else
            _reader.Convert(tensor, destination, transfer, start);
        int size = tensor.Type.Bits() / 8;
        transfer.Advance(tensor.ByteLength - (long)destination.Length * size);
    }

    private void ReadExactType<T>(StoredTensor tensor, ElementType type, Span<T> destination)
        where T : unmanaged
    {
        CheckOwn<T>(Require.NotNull(tensor), destination);
        if (tensor.Type != type)
            throw OtherType(tensor, type.Name());
        _reader.Read(tensor, destination, transfer: null);
    }

    private void CheckOwn<T>(StoredTensor tensor, ReadOnlySpan<T> destination)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (tensor.Index >= _header.Tensors.Length || !ReferenceEquals(_header.Tensors[tensor.Index], tensor))
        {
            throw new ArgumentException(
                $"tensor is {Excerpt.Quoted(tensor.Name)} of another file; it must be one of {Path}.", nameof(tensor));
        }

        if (destination.Length != tensor.ElementCount)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements, {Excerpt.Quoted(tensor.Name)} has {tensor.ElementCount}; "
                    + "they must have the same length.",
                nameof(destination));
        }
    }

    private InvalidFileException OtherType(StoredTensor tensor, string expected) =>
        new(Path, tensor.HeaderOffset, $"{Excerpt.Quoted(tensor.Name)} is of type {tensor.Type.Name()}; it must be {expected}.");
}
