namespace OpStack.Libp2p.Gossipsub;

/// <summary>Verdicts, deliveries and our own messages.</summary>
public sealed partial class GossipsubService
{
    private readonly ValidationLanes _lanes;

    /// <summary>
    /// Publishes a message: Decode and Check run here, Admit on the router's loop, as they do for a received one (go's PushLocal); if all accept, it goes
    /// to the mesh, or to other subscribers when the topic is not joined. It is not delivered to ourselves.
    /// </summary>
    /// <param name="topic">A topic of the allow-list; need not be subscribed.</param>
    /// <param name="data">Field data of the message, encoded; copied once. The RPC may have 10 MiB.</param>
    /// <param name="cancellationToken">Ends the wait; the message may go out all the same.</param>
    /// <exception cref="ArgumentException">The topic is not on the allow-list, or the data too long.</exception>
    /// <exception cref="InvalidOperationException">Not started.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public async ValueTask<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        Require(topic);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is null)
            {
                throw new InvalidOperationException("The gossip service was not started.");
            }
        }

        GossipFrame frame = GossipFrame.Encode(topic, data.Span);
        GossipMessage? message = null;
        object? check = null;
        try
        {
            message = new GossipMessage(null, topic, _handler.Decode(topic, data.Span));
            check = _handler.Check(message);
        }
        catch (Exception e)
        {
            frame.Release();
            OnHandlerFault(message is null ? nameof(IGossipMessageHandler.Decode) : nameof(IGossipMessageHandler.Check), topic, e);
            return new PublishResult(PublishOutcome.Ignored, message?.Decoded.Id ?? default, 0);
        }

        TaskCompletionSource<PublishResult> published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Post(() => published.SetResult(Publish(message, check, frame))))
        {
            frame.Release();
            throw new ObjectDisposedException(nameof(GossipsubService));
        }

        return await published.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private PublishResult Publish(GossipMessage message, object? check, GossipFrame frame)
    {
        MessageId id = message.Decoded.Id;
        if (_router.HasSeen(id, Now))
        {
            // Somebody was faster, or we publish it again: it is out, and that is what was asked for (go's PushLocal).
            frame.Release();
            return new PublishResult(PublishOutcome.Duplicate, id, 0);
        }

        MessageVerdict verdict = Admit(message, check);
        if (verdict.Acceptance == MessageAcceptance.Accept)
        {
            _ingest.OnPublished(frame, id);
            RouterInput publish = new RouterInput.Publish(message.Topic, id, frame, verdict.ProvenInvalid);
            return new PublishResult(PublishOutcome.Published, id, Handle(publish));
        }

        frame.Release();
        return new PublishResult(verdict.Acceptance == MessageAcceptance.Reject ? PublishOutcome.Rejected : PublishOutcome.Ignored, id, 0);
    }

    private void OnChecked(PendingCheck pending)
    {
        _lanes.Finished(pending);
        if (pending.Fault is { } fault)
        {
            OnHandlerFault(nameof(IGossipMessageHandler.Check), pending.Message.Topic, fault);
        }

        if (!pending.IsAnswered)
        {
            Answer(pending, pending.Fault is null ? Admit(pending.Message, pending.Result) : MessageAcceptance.Ignore);
        }
    }

    /// <summary>Our own slowness: nobody is punished (attack-cases.md row 46).</summary>
    private void OnLate(PendingCheck pending)
    {
        Interlocked.Increment(ref _context.Counters.ValidationTimeouts);
        GossipLog.ValidationTimeout(_context.Logger, pending.Message.Decoded.Id, pending.Message.Topic);
        Answer(pending, MessageAcceptance.Ignore);
    }

    private void Answer(PendingCheck pending, MessageVerdict verdict)
    {
        pending.Answer();
        object? check = verdict.Acceptance == MessageAcceptance.Accept ? pending.Result : null;
        Handle(new RouterInput.ValidationCompleted(pending.Message.Decoded.Id, verdict, check));
    }

    private MessageVerdict Admit(GossipMessage message, object? check)
    {
        try
        {
            return _handler.Admit(message, check);
        }
        catch (Exception e)
        {
            OnHandlerFault(nameof(IGossipMessageHandler.Admit), message.Topic, e);
            return MessageAcceptance.Ignore;
        }
    }

    private void Deliver(RouterOutput.Deliver deliver)
    {
        try
        {
            _handler.Deliver(deliver.Message, deliver.Check);
        }
        catch (Exception e)
        {
            OnHandlerFault(nameof(IGossipMessageHandler.Deliver), deliver.Message.Topic, e);
        }
    }

    private void OnHandlerFault(string step, string topic, Exception exception)
    {
        Interlocked.Increment(ref _context.Counters.HandlerFaults);
        GossipLog.HandlerFault(_context.Logger, step, topic, exception);
    }
}
