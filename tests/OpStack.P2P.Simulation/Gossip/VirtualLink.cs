using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>One direction of a connection, with the sender's queue: an ordered, reliable stream over a network that loses and delays.</summary>
internal sealed partial class VirtualLink
{
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly LinkOptions _options;
    private readonly TimeSpan _latency;
    private readonly Action _arrive;
    private readonly Queue<WireFrame> _raw = [];
    private readonly Queue<WireFrame> _inFlight = [];
    private readonly Queue<WireFrame> _unread = [];
    private SendEntry? _writing;
    private TimeSpan _lastArrival;
    private long _outstanding;
    private long _progress;
    private int _aborted;
    private bool _isBlocked;

    public VirtualLink(GossipNetwork network, VirtualPeer from, VirtualPeer to, bool outbound, TimeSpan latency)
    {
        _time = network.Time;
        _random = network.Random;
        _options = network.Options;
        _latency = latency;
        _arrive = Arrive;
        From = from;
        To = to;
        Outbound = outbound;
    }

    public VirtualPeer From { get; }

    public VirtualPeer To { get; }

    /// <summary>The sender dialled.</summary>
    public bool Outbound { get; }

    public VirtualLink Reverse { get; set; } = null!;

    /// <summary>The sender's end is open.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>It stands in the round of the sender's uplink.</summary>
    public bool IsReady { get; set; }

    /// <summary>What waits; the real queue, with its bounds.</summary>
    public PeerSendQueue Queue { get; } = new();

    /// <summary>Messages that the receiver has read.</summary>
    public long MessagesRead { get; private set; }

    public bool HasWaiting => _raw.Count > 0 || Queue.Count > (_writing is null ? 0 : 1);

    /// <summary>Sends bytes past the queue: a byzantine sender has its own idea of bounds.</summary>
    public void SendRaw(byte[] rpc)
    {
        _raw.Enqueue(new WireFrame(null, null, rpc, rpc.Length));
        From.Uplink.Ready(this);
    }

    /// <summary>The next frame, if there is one and the receiver's window is open.</summary>
    public bool TryTake(out WireFrame frame)
    {
        frame = default;
        if (!IsOpen || !HasWaiting)
        {
            return false;
        }

        if (_outstanding >= LinkOptions.Window)
        {
            WatchBlocked();
            return false;
        }

        if (_raw.TryDequeue(out frame))
        {
            return true;
        }

        // An entry is there, so the queue answers without waiting.
        ValueTask<SendEntry> taking = Queue.DequeueAsync(CancellationToken.None);
        SendEntry entry = taking.IsCompletedSuccessfully ? taking.Result : throw new InvalidOperationException("The queue waits.");
        _writing = entry;
        entry.Frame?.Retain();
        frame = new WireFrame(entry.Control, entry.Frame, null, entry.Bytes);
        return true;
    }

    /// <summary>The frame taken last has left.</summary>
    public void Written()
    {
        if (_writing is { } entry)
        {
            _writing = null;
            Queue.Complete(entry);
        }
    }

    /// <summary>Puts a frame on the way that leaves at <paramref name="departure"/>.</summary>
    public void Transmit(WireFrame frame, TimeSpan departure)
    {
        _outstanding += frame.Bytes;
        if (IsCut)
        {
            _held.Enqueue((frame, departure));
            return;
        }

        TimeSpan wait = TimeSpan.Zero, retransmission = LinkOptions.Retransmission;
        while (_options.Loss > 0 && _random.NextDouble() < _options.Loss)
        {
            wait += retransmission;
            retransmission *= 2;
        }

        Launch(frame, departure + wait);
    }

    /// <summary>Reads what was not read.</summary>
    public void ReadAll()
    {
        while (To.IsReading && _unread.TryDequeue(out WireFrame frame))
        {
            Read(frame);
        }
    }

    /// <summary>The stream is reset and opened anew: what was on its way is lost, and the window is a fresh one.</summary>
    public void ResetStream()
    {
        _aborted = _inFlight.Count;
        _outstanding = 0;
        _progress++;
        _isBlocked = false;
        ReleaseAll(_unread);
    }

    private void Launch(WireFrame frame, TimeSpan departure)
    {
        TimeSpan arrival = departure + _latency + (_options.Jitter * _random.NextDouble());
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival;
        _inFlight.Enqueue(frame);
        _time.At(_lastArrival, _arrive);
    }

    private void Arrive()
    {
        WireFrame frame = _inFlight.Dequeue();
        if (_aborted > 0)
        {
            _aborted--;
            frame.Release();
        }
        else if (!Reverse.IsOpen || !To.IsUp)
        {
            frame.Release();
        }
        else if (To.IsReading)
        {
            Read(frame);
        }
        else
        {
            _unread.Enqueue(frame);
        }
    }

    private void Read(WireFrame frame)
    {
        _outstanding -= frame.Bytes;
        _progress++;
        MessagesRead += frame.Message is null ? 0 : 1;
        if (_isBlocked && _outstanding < LinkOptions.Window)
        {
            _isBlocked = false;
            From.Uplink.Ready(this);
        }

        To.OnFrame(Reverse, frame);
    }

    /// <summary>No progress for as long as a write may take is the end of the stream, as far as its sender is concerned.</summary>
    private void WatchBlocked()
    {
        if (_isBlocked)
        {
            return;
        }

        _isBlocked = true;
        long progress = _progress;
        _time.After(RpcLimits.WriteTimeout, () =>
        {
            if (IsOpen && From.IsUp && _isBlocked && _progress == progress)
            {
                From.OnWriteTimeout(this);
            }
        });
    }

    private static void ReleaseAll(Queue<WireFrame> frames)
    {
        while (frames.TryDequeue(out WireFrame frame))
        {
            frame.Release();
        }
    }
}
