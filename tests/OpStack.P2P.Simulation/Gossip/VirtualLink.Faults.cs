using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Partition and close.</summary>
internal sealed partial class VirtualLink
{
    private readonly Queue<(WireFrame Frame, TimeSpan Departure)> _held = [];
    private int _cuts;

    /// <summary>Nothing gets through.</summary>
    public bool IsCut { get; private set; }

    /// <summary>From now on nothing gets through; the sender's yamux notices by its pings, sooner or later.</summary>
    public void Cut()
    {
        if (IsCut)
        {
            return;
        }

        IsCut = true;
        int cut = ++_cuts;
        TimeSpan noticed = YamuxLimits.PingTimeout + (YamuxLimits.KeepAliveInterval * _random.NextDouble());
        _time.After(noticed, () =>
        {
            if (IsCut && cut == _cuts)
            {
                Close();
            }
        });
    }

    /// <summary>
    /// Frames get through again. What was sent meanwhile arrives when TCP tries the next time; a peer that has given the connection up meanwhile
    /// answers with a reset.
    /// </summary>
    public void Heal()
    {
        IsCut = false;
        if (!Reverse.IsOpen)
        {
            _time.After(2 * _latency, Close);
            return;
        }

        while (_held.TryDequeue(out (WireFrame Frame, TimeSpan Departure) held))
        {
            TimeSpan again = held.Departure, retransmission = LinkOptions.Retransmission;
            while (again < _time.Now)
            {
                again += retransmission;
                retransmission *= 2;
            }

            Launch(held.Frame, again);
        }
    }

    /// <summary>Closes the sender's end; the other end learns of it when what was sent before has arrived.</summary>
    public void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        Vanish();
        From.OnDisconnected(this);
        if (!IsCut)
        {
            CloseReverseLater();
        }
    }

    /// <summary>The sender's end is gone, and tells nobody.</summary>
    public void Vanish()
    {
        IsOpen = false;
        From.Links.Remove(To.Id);
        Written();
        Queue.Dispose();
        ReleaseAll(_raw);
        ReleaseAll(_unread);
        while (_held.TryDequeue(out (WireFrame Frame, TimeSpan Departure) held))
        {
            held.Frame.Release();
        }
    }

    private void CloseReverseLater()
    {
        TimeSpan arrival = _time.Now + _latency;
        _time.At(arrival > _lastArrival ? arrival : _lastArrival, Reverse.Close);
    }
}
