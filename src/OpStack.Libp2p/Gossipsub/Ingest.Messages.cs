using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>One message: known already, or decoded once.</summary>
internal sealed partial class Ingest
{
    /// <summary>Makes copies of our own message known before they come back.</summary>
    public void OnPublished(GossipFrame frame, MessageId id)
    {
        RetainedFrames.Entry entry = _retained.FindOrAdd(frame, out bool added);
        if (added)
        {
            entry.Complete(id);
        }
    }

    /// <summary>A frame in the form that goes on as it is: a copy of a known one stays pooled memory, only another becomes a frame to keep.</summary>
    private async ValueTask AcceptAsync(PeerId peer, IngestFrame received, IngestedMessage message, CancellationToken cancellationToken)
    {
        if (!_sink.IsSubscribed(message.Topic))
        {
            Interlocked.Increment(ref _counters.NotSubscribed);
            return;
        }

        if (_retained.Find(message.Topic, received.Bytes.Span, message.DataOffset, message.DataLength) is { } first)
        {
            if (await first.Id.WaitAsync(cancellationToken).ConfigureAwait(false) is { } id)
            {
                received.Dispose();
                await PostCopyAsync(new ReceivedCopy(peer, message.Topic, id), cancellationToken).ConfigureAwait(false);
                return;
            }

            // What came first came to nothing: its peer left, our decoder threw, or the router refused it. This copy is as good.
        }

        await AcceptAsync(peer, received.Adopt(message), received.TakeRoom(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes over the frame's reference and its room.</summary>
    private async ValueTask AcceptAsync(PeerId peer, GossipFrame frame, IDisposable? room, CancellationToken cancellationToken)
    {
        RetainedFrames.Entry entry = _retained.FindOrAdd(frame, out bool isFirst);
        while (!isFirst)
        {
            MessageId? known = await IdOfFirstAsync(entry, frame, room, cancellationToken).ConfigureAwait(false);
            if (known is { } id)
            {
                frame.Release();
                room?.Dispose();
                await PostCopyAsync(new ReceivedCopy(peer, frame.Topic, id), cancellationToken).ConfigureAwait(false);
                return;
            }

            entry = _retained.FindOrAdd(frame, out isFirst);
        }

        await DecodeAsync(peer, frame, room, entry, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask PostCopyAsync(ReceivedCopy copy, CancellationToken cancellationToken)
    {
        // Only now: a copy whose first comes to nothing is decoded after all.
        Interlocked.Increment(ref _counters.CopiesRecognised);
        return _sink.PostAsync(new IngestedInput(null, null, null) { Copy = copy }, cancellationToken);
    }

    /// <summary>The first copy may still be on its way through the decoder; its verdict is this one's too.</summary>
    private static async ValueTask<MessageId?> IdOfFirstAsync(
        RetainedFrames.Entry first, GossipFrame copy, IDisposable? room, CancellationToken cancellationToken)
    {
        try
        {
            return await first.Id.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            copy.Release();
            room?.Dispose();
            throw;
        }
    }

    private async ValueTask DecodeAsync(
        PeerId peer, GossipFrame frame, IDisposable? room, RetainedFrames.Entry entry, CancellationToken cancellationToken)
    {
        bool posted = false;
        try
        {
            (DecodedMessage Message, IDisposable Room)? decoded = await TryDecodeAsync(frame, cancellationToken).ConfigureAwait(false);
            if (decoded is null)
            {
                await LostAsync(peer).ConfigureAwait(false);
                return;
            }

            posted = true;
            RouterInput input = new RouterInput.MessageReceived(peer, frame.Topic, decoded.Value.Message, frame);
            await _sink.PostAsync(new IngestedInput(input, room, decoded.Value.Room) { Entry = entry }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!posted)
            {
                frame.Release();
                room?.Dispose();
                entry.Complete(null);
            }
        }
    }

    private async ValueTask<(DecodedMessage Message, IDisposable Room)?> TryDecodeAsync(GossipFrame frame, CancellationToken cancellationToken)
    {
        await _decoding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DecodedMessage message;
            try
            {
                message = _handler.Decode(frame.Topic, frame.Data.Span);
            }
            catch (Exception e)
            {
                Interlocked.Increment(ref _counters.HandlerFaults);
                GossipLog.HandlerFault(_logger, nameof(IGossipMessageHandler.Decode), frame.Topic, e);
                return null;
            }

            Interlocked.Increment(ref _counters.MessagesDecoded);
            long bytes = Math.Min((long)frame.Length + message.Body.Length, RpcLimits.MessagesInFlight);
            IngestBudget.Lease lease = await Messages.AcquireAsync((int)bytes, cancellationToken).ConfigureAwait(false);
            lease.Keep();
            return (message, lease);
        }
        finally
        {
            _decoding.Release();
        }
    }
}
