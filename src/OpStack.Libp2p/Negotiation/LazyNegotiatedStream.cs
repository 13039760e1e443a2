using System.Buffers;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Negotiation;

/// <summary>
/// A stream whose one protocol is proposed together with the first bytes written and confirmed by the first read. A refusal surfaces
/// from that read as <see cref="Libp2pError.NegotiationFailed"/>, and aborts the stream.
/// </summary>
internal sealed class LazyNegotiatedStream : IByteStream
{
    private readonly IByteStream _inner;
    private readonly MultistreamDialer _dialer;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _claimed;

    public LazyNegotiatedStream(IByteStream inner, string protocol)
    {
        _inner = inner;
        _dialer = new MultistreamDialer([protocol]);
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _dialer.Agreed is null ? ConfirmAndReadAsync(buffer, cancellationToken) : _inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        TryClaim() ? OpenAsync(buffer, cancellationToken)
        : _opened.Task.IsCompleted ? _inner.WriteAsync(buffer, cancellationToken)
        : WriteBehindOpeningAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        if (TryClaim())
        {
            await OpenAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _inner.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Abort() => _inner.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    // Reader and writer overlap, and either may be the one to open. Only a writer must wait for the other's opening: a reader that did
    // would wait for the remote to take a first write of any size, while the remote may be waiting for the reader.
    private bool TryClaim() => Volatile.Read(ref _claimed) == 0 && Interlocked.Exchange(ref _claimed, 1) == 0;

    private async ValueTask WriteBehindOpeningAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OpenAsync(ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> proposal = _dialer.TakeOutput();
        int length = proposal.Length + first.Length;
        byte[] both = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            proposal.CopyTo(both);
            first.CopyTo(both.AsMemory(proposal.Length));
            await _inner.WriteAsync(both.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Part of the proposal may be out; nothing sensible can follow it.
            _inner.Abort();
            throw;
        }
        finally
        {
            _opened.SetResult();
            ArrayPool<byte>.Shared.Return(both);
        }
    }

    private async ValueTask<int> ConfirmAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (TryClaim())
        {
            await OpenAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        // What a cancelled read took in stays with the dialer; the next read goes on from there.
        bool open = true;
        while (open && _dialer.Wanted > 0)
        {
            open = await Multistream.TryReceiveAsync(_inner, _dialer, cancellationToken).ConfigureAwait(false);
        }

        if (_dialer.Agreed is null)
        {
            _inner.Abort();
            throw Multistream.Failure(_dialer.Error);
        }

        return await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }
}
