using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What the router wants done, as GossipsubService does it.</summary>
internal sealed partial class GossipNode
{
    private readonly HashSet<PeerId> _graylisted = [];
    private readonly Dictionary<VirtualLink, int> _attempts = [];

    /// <summary>The peer is below the graylist: nothing it sends is decoded.</summary>
    public bool IsGraylisted(VirtualPeer peer) => _graylisted.Contains(peer.Id);

    public override void OnWriteTimeout(VirtualLink link)
    {
        Counters.WriteTimeouts++;
        int attempt = _attempts.GetValueOrDefault(link, 1);
        _attempts[link] = attempt + 1;
        link.Written();
        link.Queue.Close(attempt);
        link.ResetStream();
        if (attempt == RpcLimits.StreamAttempts)
        {
            Network.Meshes.OnDisconnected(Index, link.To.Id);
            Step(new RouterInput.PeerDisconnected(link.To.Id));
            return;
        }

        TimeSpan delay = RpcLimits.MinReopenDelay * Math.Pow(2, attempt - 1);
        Time.After(delay, () =>
        {
            if (IsUp && link.IsOpen)
            {
                link.Queue.Open(attempt + 1);
                Step(new RouterInput.PeerConnected(link.To.Id, VersionTo(link.To), link.Outbound));
            }
        });
    }

    private void DoOutputs()
    {
        foreach (RouterOutput output in _outputs)
        {
            switch (output)
            {
                case RouterOutput.SendRpc send:
                    Send(send.Peer, send.Rpc);
                    break;
                case RouterOutput.SendMessage send:
                    Send(send);
                    break;
                case RouterOutput.Validate validate:
                    _lanes.Start(validate.Message);
                    break;
                case RouterOutput.Deliver deliver:
                    Deliver(deliver);
                    break;
                case RouterOutput.GraylistChanged changed:
                    OnGraylistChanged(changed);
                    break;
                case RouterOutput.CancelMessage cancel:
                    Counters.MessagesCancelled += Links.TryGetValue(cancel.Peer, out VirtualLink? link) ? link.Queue.Cancel(cancel.Id) : 0;
                    break;
                case RouterOutput.Dial dial:
                    Dial(dial.Peer);
                    break;
                case RouterOutput.ConnectExchanged exchanged:
                    exchanged.Peers.ToList().ForEach(peer => Dial(peer.Peer));
                    break;
            }
        }

        _outputs.Clear();
        Arm();
    }

    private void OnGraylistChanged(RouterOutput.GraylistChanged changed)
    {
        if (changed.IsGraylisted)
        {
            _graylisted.Add(changed.Peer);
        }
        else
        {
            _graylisted.Remove(changed.Peer);
        }
    }

    private void Send(RouterOutput.SendMessage send)
    {
        if (IsSilent || !Links.TryGetValue(send.Peer, out VirtualLink? link))
        {
            send.Frame.Release();
            return;
        }

        Uplink.Settle();
        if (link.Queue.TryEnqueue(send.Frame, send.Id, out bool isFull))
        {
            Counters.MessagesSent++;
            OnQueued(link);
        }
        else if (isFull)
        {
            OnDropped(send.Peer, 1);
        }
        else
        {
            Counters.MessagesDropped++;
        }
    }

    private void Send(PeerId peer, GossipRpc rpc)
    {
        if (IsSilent || !Links.TryGetValue(peer, out VirtualLink? link))
        {
            return;
        }

        Network.Meshes.OnControl(Index, peer, rpc);
        Uplink.Settle();
        if (link.Queue.TryEnqueue(rpc, out int dropped))
        {
            Counters.ControlSent++;
            Counters.ControlBytes += RpcWriter.LengthOf(rpc);
            OnQueued(link);
        }
        else
        {
            Counters.ControlDropped++;
            Later(new RouterInput.SendDropped(peer, rpc));
        }

        OnDropped(peer, dropped);
    }

    /// <summary>Addresses are known to whoever asks the network.</summary>
    private void Dial(PeerId id)
    {
        if (Network.Find(id) is { } peer)
        {
            Network.Dial(this, peer);
        }
    }

    private void OnQueued(VirtualLink link)
    {
        Counters.MostQueued = Math.Max(Counters.MostQueued, link.Queue.Count);
        Counters.MostQueuedBytes = Math.Max(Counters.MostQueuedBytes, link.Queue.Bytes);
        Uplink.Ready(link);
    }

    private void OnDropped(PeerId peer, int count)
    {
        if (count > 0)
        {
            Counters.MessagesDropped += count;
            Later(new RouterInput.MessagesDropped(peer, count));
        }
    }

    /// <summary>After the step that is being done.</summary>
    private void Later(RouterInput input) => Time.After(TimeSpan.Zero, () =>
    {
        if (IsUp)
        {
            Step(input);
        }
    });

    private void Deliver(RouterOutput.Deliver deliver)
    {
        _ledger.Delivered(Index, deliver.Message.Decoded.Id, Time.Now);
        Network.Trace.Add(Time.Now, TraceKind.Deliver, Index, 0, 0);
        try
        {
            _handler.Deliver(deliver.Message, deliver.Check);
        }
        catch (Exception)
        {
            Counters.HandlerFaults++;
        }
    }
}
