using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Identify;

internal sealed partial class IdentifyService
{
    /// <summary>
    /// Asks a peer who it is, and again if that fails: the stream may have been on the losing half of a simultaneous dial, and as long as the
    /// peer stays connected over the other half no event would make us ask.
    /// </summary>
    private async Task QueryAsync(IdentifyPeer peer, CancellationToken stopping)
    {
        await AskAsync(peer, stopping).ConfigureAwait(false);
        for (int asked = 1; asked < IdentifyLimits.MaxQueries && !peer.IsIdentified; asked++)
        {
            // A peer that is gone leaves nothing behind that waits to ask it.
            Task waiting = peer.Gone.WaitAsync(IdentifyLimits.QueryRetryDelay, _time, stopping);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (peer.Gone.IsCompleted || stopping.IsCancellationRequested)
            {
                return;
            }

            await AskAsync(peer, stopping).ConfigureAwait(false);
        }
    }

    private Task AskAsync(IdentifyPeer peer, CancellationToken stopping) => ExchangeAsync(
        peer.Id,
        Protocol,
        async cancellationToken =>
        {
            ProtocolStream stream = await _host.OpenStreamAsync(peer.Id, [Protocol], cancellationToken).ConfigureAwait(false);
            await using (stream.Bytes.ConfigureAwait(false))
            {
                await TakeInAsync(peer, stream, isPush: false, cancellationToken).ConfigureAwait(false);
            }

            // We may have changed between its question to us and now, when it turns out that it takes pushes.
            StartPushes();
        },
        stopping);

    /// <summary>Reads what a peer tells us unasked.</summary>
    private async Task ReceivePushAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        await using (stream.Bytes.ConfigureAwait(false))
        {
            // A push that comes before we know of the connection is no loss: our query follows at once.
            if (!TryFind(stream.Peer, out IdentifyPeer peer) || !peer.MayPush(Now))
            {
                stream.Bytes.Abort();
                _logger.PushRefused(stream.Peer);
                return;
            }

            await ExchangeAsync(stream.Peer, PushProtocol, token => TakeInAsync(peer, stream, isPush: true, token), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task TakeInAsync(IdentifyPeer peer, ProtocolStream stream, bool isPush, CancellationToken cancellationToken)
    {
        IdentifyMessage message = new(peer.Id);
        string? fault = await ReadAsync(stream.Bytes, message, cancellationToken).ConfigureAwait(false);
        if (fault is not null)
        {
            stream.Bytes.Abort();
            _logger.IdentifyRefused(peer.Id, fault);
            return;
        }

        await stream.Bytes.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        message.Complete();
        if (message.HasForeignKey)
        {
            _logger.ForeignKey(peer.Id);
        }

        if (!peer.TryUpdate(message, isPush, _context))
        {
            _logger.IdentifyRefused(peer.Id, "its record is older than the one we have");
        }
    }

    /// <summary>Reads messages up to the end of the stream; returns what is wrong with them, or null.</summary>
    private static async Task<string?> ReadAsync(IByteStream stream, IdentifyMessage message, CancellationToken cancellationToken)
    {
        LengthPrefixedReader reader = new(stream);
        for (int count = 0; ; count++)
        {
            LengthPrefixedFrame frame = await reader.ReadAsync(IdentifyLimits.MaxMessage, cancellationToken).ConfigureAwait(false);
            switch (frame.Status)
            {
                case FrameStatus.EndOfStream:
                    return count == 0 ? "no message" : null;
                case FrameStatus.TooLong:
                    return "a message is too long";
                case FrameStatus.Malformed:
                    return "a message is cut off";
                case FrameStatus.Frame when count == IdentifyLimits.MaxMessages:
                    return "too many messages";
                case FrameStatus.Frame when !message.TryMerge(frame.Bytes.Span):
                    return "malformed protobuf";
            }
        }
    }
}
