namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// What a node sends with: one frame after the other at its bandwidth, from its connections in turn. Which of a connection's frames is
/// next its queue decides.
/// </summary>
internal sealed class Uplink(VirtualTime time, double bytesPerSecond)
{
    private readonly Queue<VirtualLink> _ready = [];
    private VirtualLink? _writing;
    private TimeSpan _busyUntil;
    private bool _woken;

    /// <summary>Frames and bytes sent.</summary>
    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Takes the frame that is written by now out of its queue's count; to be called before that is looked at.</summary>
    public void Settle()
    {
        if (_writing is not null && time.Now >= _busyUntil)
        {
            _writing.Written();
            _writing = null;
        }
    }

    /// <summary>The link has something to send, or may send again.</summary>
    public void Ready(VirtualLink link)
    {
        if (!link.IsReady)
        {
            link.IsReady = true;
            _ready.Enqueue(link);
        }

        Pump();
    }

    private void Pump()
    {
        Settle();
        while (_writing is null && _ready.TryDequeue(out VirtualLink? link))
        {
            link.IsReady = false;
            if (link.TryTake(out WireFrame frame))
            {
                Write(link, frame);
            }
        }

        if (_ready.Count > 0 && !_woken)
        {
            _woken = true;
            time.At(_busyUntil, Wake);
        }
    }

    private void Write(VirtualLink link, WireFrame frame)
    {
        Frames++;
        Bytes += frame.Bytes;
        _writing = link;
        _busyUntil = time.Now + TimeSpan.FromSeconds(frame.Bytes / bytesPerSecond);
        link.Transmit(frame, _busyUntil);
        if (link.HasWaiting)
        {
            link.IsReady = true;
            _ready.Enqueue(link);
        }
    }

    private void Wake()
    {
        _woken = false;
        Pump();
    }
}
