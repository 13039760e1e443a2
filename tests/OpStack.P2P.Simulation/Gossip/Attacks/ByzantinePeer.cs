using System.Net;
using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip.Attacks;

/// <summary>
/// A peer without a router: a script that sees every RPC that comes and sends whatever bytes it likes (<see cref="VirtualLink.SendRaw"/>,
/// <see cref="RawRpc"/>). What it sends goes through the codec of who receives it, with all its limits. Nodes do not find it; it dials them.
/// </summary>
internal abstract class ByzantinePeer : VirtualPeer
{
    private static readonly TopicTable Topics = new(GossipNode.Topics);

    protected ByzantinePeer(GossipScenario scenario, IPAddress? address = null)
        : base(scenario.Network, scenario.NewIndex(), address)
    {
        Random = new Random(Network.Random.Next());
        IsFound = false;
        Network.Add(this);
    }

    protected Random Random { get; }

    /// <summary>Dials, once.</summary>
    public void Dial(VirtualPeer peer) => Network.Dial(this, peer);

    /// <summary>Says hello: it subscribes to every block topic.</summary>
    public override void OnConnected(VirtualLink link) =>
        link.SendRaw([.. GossipNode.Topics.SelectMany(topic => RawRpc.Subscription(topic, subscribe: true))]);

    public override void OnDisconnected(VirtualLink link)
    {
    }

    public override void OnWriteTimeout(VirtualLink link)
    {
    }

    public override void OnFrame(VirtualLink link, WireFrame frame)
    {
        if (frame.Message is { } message)
        {
            OnMessage(link, message);
            message.Release();
        }
        else if (frame.Control is { } control)
        {
            OnControl(link, control);
        }
        else if (RpcReader.TryRead(frame.Raw, Topics, out GossipRpc rpc, out RpcError _))
        {
            OnControl(link, rpc);
        }
    }

    /// <summary>A message came. The frame is gone afterwards.</summary>
    protected virtual void OnMessage(VirtualLink link, GossipFrame frame)
    {
    }

    /// <summary>Subscriptions and control came.</summary>
    protected virtual void OnControl(VirtualLink link, GossipRpc rpc)
    {
    }

    /// <summary>Does something on every connection so many times a second, for as long as it is on the network.</summary>
    protected void Repeat(double perSecond, Action<VirtualLink> action) => Time.After(TimeSpan.FromSeconds(1 / perSecond), () =>
    {
        if (IsUp && !Time.IsOver)
        {
            foreach (VirtualLink link in Links.Values.ToList())
            {
                action(link);
            }

            Repeat(perSecond, action);
        }
    });

    protected byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        Random.NextBytes(bytes);
        return bytes;
    }
}
