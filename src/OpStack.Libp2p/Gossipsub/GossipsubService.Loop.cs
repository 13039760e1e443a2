using System.Net;
using System.Threading.Channels;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>The loop that owns the router. Methods below are called on it unless they say otherwise.</summary>
public sealed partial class GossipsubService : IIngestSink
{
    // Unbounded in form only: peers' inputs need a credit each, checks are bounded by the router, and the rest is the host's own calls.
    private readonly Channel<LoopItem> _items = Channel.CreateUnbounded<LoopItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _credit = new(RpcLimits.RouterInputs);
    private readonly GossipsubRouter _router;
    private readonly ITimer _timer;
    private readonly long _started;
    private readonly List<RouterOutput> _outputs = [];
    private TimeSpan _armedFor = TimeSpan.MinValue;
    private TimeSpan _nextAddresses = RpcLimits.AddressRefresh;

    private TimeSpan Now => _context.Time.GetElapsedTime(_started);

    bool IIngestSink.IsSubscribed(string topic) => _subscribed.ContainsKey(topic);

    bool IIngestSink.IsGraylisted(PeerId peer) => _peers.TryGetValue(peer, out PeerStreams? streams) && streams.IsGraylisted;

    /// <summary>Any thread.</summary>
    async ValueTask IIngestSink.PostAsync(IngestedInput input, CancellationToken cancellationToken)
    {
        try
        {
            await _credit.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Discard(input);
            throw;
        }

        if (!_items.Writer.TryWrite(new LoopItem(input, null)))
        {
            Discard(input);
        }
    }

    /// <summary>Any thread; false after the loop has ended.</summary>
    private bool Post(Action action) => _items.Writer.TryWrite(new LoopItem(null, action));

    private async Task RunLoopAsync()
    {
        Arm();
        while (await _items.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_items.Reader.TryRead(out LoopItem item))
            {
                Run(item);
                RunDeadlines();
            }

            Arm();
        }

        _lanes.AnswerAll();
    }

    private void Run(LoopItem item)
    {
        if (item.Input is { } ingested)
        {
            _credit.Release();
            if (ingested.Input is { } input)
            {
                Handle(input, ingested.Message);
                Complete(input, ingested.Entry);
            }
            else
            {
                Handle(ingested.Copy);
            }

            ingested.Frame?.Dispose();
            return;
        }

        try
        {
            item.Action!();
        }
        catch (Exception e)
        {
            OnFault("command", e);
        }
    }

    /// <summary>Steps the router and does what it asks. Returns the messages put into queues.</summary>
    private int Handle(RouterInput input, IDisposable? room = null)
    {
        try
        {
            _router.Handle(input, Now, _outputs);
        }
        catch (Exception e)
        {
            OnFault(input.GetType().Name, e);
        }

        return DoOutputs(room);
    }

    /// <summary>
    /// Lets go on what waits with a copy of the message: not before, since a copy must not reach the router first, and not as a copy if the router did
    /// not take the message, because its sender fell below the graylist threshold meanwhile.
    /// </summary>
    private void Complete(RouterInput input, RetainedFrames.Entry? entry)
    {
        if (entry is not null && input is RouterInput.MessageReceived message)
        {
            entry.Complete(_router.HasSeen(message.Decoded.Id, Now) ? message.Decoded.Id : null);
        }
    }

    private void Handle(ReceivedCopy copy)
    {
        try
        {
            _router.Handle(copy, Now, _outputs);
        }
        catch (Exception e)
        {
            OnFault(nameof(ReceivedCopy), e);
        }

        DoOutputs(null);
    }

    private void RunDeadlines()
    {
        TimeSpan now = Now;
        if (now >= _router.NextDeadline)
        {
            TellHeldUp();
            try
            {
                _router.Tick(now, _outputs);
            }
            catch (Exception e)
            {
                OnFault("heartbeat", e);
            }

            DoOutputs(null);
        }

        while (_lanes.Expired(now) is { } late)
        {
            OnLate(late);
        }

        if (now >= _nextAddresses)
        {
            _nextAddresses = now + RpcLimits.AddressRefresh;
            foreach (PeerId peer in _peers.Keys)
            {
                TellAddresses(peer);
            }
        }
    }

    private void TellHeldUp()
    {
        foreach ((PeerId peer, PeerStreams streams) in _peers)
        {
            if (streams.IsHeldUp)
            {
                Handle(new RouterInput.HeldUp(peer));
            }
        }
    }

    /// <summary>Where the peer's connections come from, as the host sees it now.</summary>
    private void TellAddresses(PeerId peer)
    {
        IPAddress[] addresses = [.. _context.Host.GetConnections(peer)
            .Select(connection => connection.RemoteAddress.TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint.Address : null)
            .OfType<IPAddress>()
            .Distinct()];
        Handle(new RouterInput.PeerAddresses(peer, addresses));
    }

    /// <summary>Sets the timer to the next deadline; it wakes the loop. Rounded up: a timer counts whole milliseconds.</summary>
    private void Arm()
    {
        TimeSpan next = _lanes.NextDeadline is { } check && check < _router.NextDeadline ? check : _router.NextDeadline;
        if (next != _armedFor)
        {
            _armedFor = next;
            double left = Math.Ceiling((next - Now).TotalMilliseconds);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(left, 0)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <param name="room">Room of the message that was the input, if it was one.</param>
    private int DoOutputs(IDisposable? room)
    {
        int queued = 0;
        foreach (RouterOutput output in _outputs)
        {
            switch (output)
            {
                case RouterOutput.SendMessage send:
                    queued += Send(send) ? 1 : 0;
                    break;
                case RouterOutput.SendRpc send:
                    Send(send);
                    break;
                case RouterOutput.Validate validate:
                    _lanes.Start(validate.Message, room, Now);
                    room = null;
                    break;
                case RouterOutput.Deliver deliver:
                    Deliver(deliver);
                    break;
                case RouterOutput.GraylistChanged changed:
                    OnGraylistChanged(changed);
                    break;
                case RouterOutput.CancelMessage cancel:
                    Cancel(cancel);
                    break;
                case RouterOutput.Dial dial:
                    _dials.DialDirect(dial.Peer);
                    break;
                case RouterOutput.ConnectExchanged exchanged:
                    _dials.DialExchanged(exchanged.Peers);
                    break;
            }
        }

        _outputs.Clear();
        room?.Dispose();
        return queued;
    }

    private bool Send(RouterOutput.SendMessage send)
    {
        if (!_peers.TryGetValue(send.Peer, out PeerStreams? peer))
        {
            send.Frame.Release();
            return false;
        }

        bool queued = peer.Queue.TryEnqueue(send.Frame, send.Id, out bool isFull);
        if (isFull)
        {
            OnDropped(send.Peer, 1);
        }
        else if (!queued)
        {
            // There is no stream just now: that tells nothing of how the peer reads.
            Interlocked.Increment(ref _context.Counters.MessagesDropped);
        }

        return queued;
    }

    private void Send(RouterOutput.SendRpc send)
    {
        if (!_peers.TryGetValue(send.Peer, out PeerStreams? peer))
        {
            return;
        }

        AddSignedRecords(send.Rpc);
        bool queued = peer.Queue.TryEnqueue(send.Rpc, out int dropped);
        if (dropped > 0)
        {
            OnDropped(send.Peer, dropped);
        }

        if (!queued)
        {
            Interlocked.Increment(ref _context.Counters.ControlDropped);
            Post(() => Handle(new RouterInput.SendDropped(send.Peer, send.Rpc)));
        }
    }

    /// <summary>Told to the router in a step of its own: this one's outputs are still being done.</summary>
    private void OnDropped(PeerId peer, int count)
    {
        Interlocked.Add(ref _context.Counters.MessagesDropped, count);
        Post(() => Handle(new RouterInput.MessagesDropped(peer, count)));
    }

    private void Cancel(RouterOutput.CancelMessage cancel)
    {
        if (_peers.TryGetValue(cancel.Peer, out PeerStreams? peer))
        {
            Interlocked.Add(ref _context.Counters.MessagesCancelled, peer.Queue.Cancel(cancel.Id));
        }
    }

    /// <summary>Peer exchange names peers; their addresses are worth nothing without their own signature (wire.md 9.10).</summary>
    private void AddSignedRecords(GossipRpc rpc)
    {
        foreach (Prune prune in rpc.Prune)
        {
            for (int i = 0; i < prune.Peers.Length; i++)
            {
                ReadOnlyMemory<byte> record = _context.Host.GetIdentifyInfo(prune.Peers[i].Peer)?.SignedPeerRecord ?? default;
                prune.Peers[i] = prune.Peers[i] with { SignedPeerRecord = record.IsEmpty ? null : record.ToArray() };
            }
        }
    }

    private void OnGraylistChanged(RouterOutput.GraylistChanged changed)
    {
        if (_peers.TryGetValue(changed.Peer, out PeerStreams? streams))
        {
            streams.IsGraylisted = changed.IsGraylisted;
            GossipLog.GraylistChanged(_context.Logger, changed.Peer, changed.IsGraylisted);
        }
    }

    private void OnFault(string input, Exception exception)
    {
        Interlocked.Increment(ref _context.Counters.RouterFaults);
        GossipLog.RouterFault(_context.Logger, input, exception);
    }

    private static void Discard(IngestedInput input)
    {
        (input.Input as RouterInput.MessageReceived)?.Frame.Release();
        input.Frame?.Dispose();
        input.Message?.Dispose();
        input.Entry?.Complete(null);
    }

    private readonly record struct LoopItem(IngestedInput? Input, Action? Action);
}
