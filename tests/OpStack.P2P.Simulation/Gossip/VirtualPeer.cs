using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Whoever is on the network: a node, or a byzantine peer.</summary>
internal abstract class VirtualPeer
{
    protected VirtualPeer(GossipNetwork network, int index, IPAddress? address)
    {
        Network = network;
        Index = index;
        Id = GossipNetwork.PeerIdOf(index);
        Address = address ?? GossipNetwork.AddressOf(index);
        Uplink = new Uplink(network.Time, network.Options.UplinkBytesPerSecond);
    }

    public GossipNetwork Network { get; }

    /// <summary>Its number in the network, the same after a restart.</summary>
    public int Index { get; }

    public PeerId Id { get; }

    public IPAddress Address { get; }

    public Uplink Uplink { get; }

    /// <summary>Our ends of open connections, by who is at the other end.</summary>
    public Dictionary<PeerId, VirtualLink> Links { get; } = [];

    public bool IsUp { get; private set; } = true;

    /// <summary>False while it takes nothing out of its connections, so that who sends to it runs into its windows.</summary>
    public bool IsReading { get; private set; } = true;

    /// <summary>The newest protocol it speaks.</summary>
    public GossipsubVersion Version { get; protected init; } = GossipsubVersion.V12;

    /// <summary>Nodes that look for peers find it.</summary>
    public bool IsFound { get; protected init; } = true;

    /// <summary>Connections of others it takes.</summary>
    public int MaxInbound { get; set; } = int.MaxValue;

    /// <summary>Told who it lost a connection to.</summary>
    public Action<VirtualPeer> Lost { get; set; } = _ => { };

    protected VirtualTime Time => Network.Time;

    /// <summary>Starts or stops to read; what came meanwhile is read first.</summary>
    public void SetReading(bool reading)
    {
        IsReading = reading;
        if (reading)
        {
            foreach (VirtualLink link in Links.Values.ToList())
            {
                link.Reverse.ReadAll();
            }
        }
    }

    /// <summary>Our end of a connection is open.</summary>
    public abstract void OnConnected(VirtualLink link);

    /// <summary>Our end of a connection is closed.</summary>
    public abstract void OnDisconnected(VirtualLink link);

    /// <summary>A frame came; its reference is ours. <paramref name="link"/> leads back to the sender.</summary>
    public abstract void OnFrame(VirtualLink link, WireFrame frame);

    /// <summary>What we sent on the link has waited for the receiver's window for too long.</summary>
    public abstract void OnWriteTimeout(VirtualLink link);

    /// <summary>The end: nothing may happen to it any more.</summary>
    public virtual void Stop() => IsUp = false;
}
