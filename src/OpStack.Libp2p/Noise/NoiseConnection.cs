using System.Buffers;
using System.Runtime.CompilerServices;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Noise;

/// <summary>
/// An encrypted connection to a proven peer. A frame that does not open aborts it with <see cref="Libp2pError.ProtocolViolation"/>, and
/// nothing of that frame is delivered. A cancelled read loses nothing; a write cancelled while its frames go out aborts the connection.
/// </summary>
internal sealed partial class NoiseConnection : IByteStream, IInPlaceWriter
{
    private readonly IByteStream _inner;
    private readonly NoiseFrameReader _reader;
    private readonly NoiseFrameWriter _writer;
    private ExclusiveUse _reading;
    private ExclusiveUse _writing;

    /// <summary>Takes over the stream and both ciphers.</summary>
    internal NoiseConnection(
        IByteStream inner, NoiseCipherState send, NoiseCipherState receive, PublicKey remotePublicKey, string? negotiatedMuxer)
    {
        _inner = inner;
        _reader = new NoiseFrameReader(receive);
        _writer = new NoiseFrameWriter(send);
        RemotePublicKey = remotePublicKey;
        RemotePeerId = remotePublicKey.PeerId;
        NegotiatedMuxer = negotiatedMuxer;
    }

    /// <summary>The proven identity of the remote.</summary>
    public PeerId RemotePeerId { get; }

    /// <summary>The key behind <see cref="RemotePeerId"/>.</summary>
    public PublicKey RemotePublicKey { get; }

    /// <summary>The muxer agreed on in the handshake; null when multistream must decide.</summary>
    public string? NegotiatedMuxer { get; }

    /// <summary>Bytes of the receive buffer held: none while the connection is idle.</summary>
    internal int ReceiveBufferSize => _reader.BufferSize;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_reading.TryEnter())
        {
            throw Closed();
        }

        try
        {
            for (int reads = 1; ; reads++)
            {
                NoiseFrameStatus status = _reader.Read(buffer.Span, out int written);
                if (status == NoiseFrameStatus.Delivered)
                {
                    return written;
                }

                if (status != NoiseFrameStatus.NeedsMore)
                {
                    Abort();
                    throw new Libp2pException(Libp2pError.ProtocolViolation, $"The noise connection is broken: {status}");
                }

                if (_reader.TryReleaseBuffer())
                {
                    _ = await _inner.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                }

                int read = await _inner.ReadAsync(_reader.GetFreeMemory(), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return _reader.IsInsideFrame
                        ? throw new Libp2pException(Libp2pError.ConnectionClosed, "The remote closed the connection inside a noise frame")
                        : 0;
                }

                _reader.Advance(read);
                if (reads % NoiseLimits.ReadsPerTurn == 0)
                {
                    // Frames without a byte in them may come faster than we open them: the caller gets its thread back all the same.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }
            }
        }
        finally
        {
            if (_reading.Leave())
            {
                _reader.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        const int Batch = NoiseLimits.MaxFramesPerWrite * NoiseLimits.MaxSentPlaintext;
        cancellationToken.ThrowIfCancellationRequested();
        if (!_writing.TryEnter())
        {
            throw Closed();
        }

        byte[] frames = ArrayPool<byte>.Shared.Rent(NoiseFrameWriter.SealedLength(Math.Min(buffer.Length, Batch)));
        try
        {
            while (!buffer.IsEmpty)
            {
                int length = Math.Min(buffer.Length, Batch);
                if (!_writer.TrySeal(buffer.Span[..length], frames))
                {
                    throw Exhausted();
                }

                await _inner.WriteAsync(frames.AsMemory(0, NoiseFrameWriter.SealedLength(length)), cancellationToken).ConfigureAwait(false);
                buffer = buffer[length..];
            }
        }
        catch
        {
            // The remote waits for the frame of this counter value, which may be partly out: nothing can follow it.
            Abort();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frames);
            if (_writing.Leave())
            {
                _writer.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public bool HasRoom(byte[] array, int start, int length) =>
        length is > 0 and <= NoiseLimits.MaxSentPlaintext && start >= NoiseLimits.LengthSize && array.Length - start - length >= NoiseLimits.TagSize;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteInPlaceAsync(byte[] array, int start, int length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Memory<byte> frame = array.AsMemory(start - NoiseLimits.LengthSize, NoiseLimits.LengthSize + length + NoiseLimits.TagSize);
        if (!_writing.TryEnter())
        {
            throw Closed();
        }

        try
        {
            if (!_writer.TrySealInPlace(frame.Span))
            {
                throw Exhausted();
            }

            await _inner.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // As in WriteAsync.
            Abort();
            throw;
        }
        finally
        {
            if (_writing.Leave())
            {
                _writer.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => _inner.CloseWriteAsync(cancellationToken);

    /// <inheritdoc/>
    public void Abort()
    {
        _inner.Abort();
        Release();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Release();
        return _inner.DisposeAsync();
    }

    private static Libp2pException Exhausted() => new(Libp2pError.LimitReached, "The noise connection has used up its message counter");

    private static Libp2pException Closed() => new(Libp2pError.ConnectionClosed, "The noise connection is closed");

    private void Release()
    {
        if (_reading.Close())
        {
            _reader.Dispose();
        }

        if (_writing.Close())
        {
            _writer.Dispose();
        }
    }
}
