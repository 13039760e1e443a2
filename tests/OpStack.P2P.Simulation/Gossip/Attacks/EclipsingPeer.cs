using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip.Attacks;

/// <summary>
/// One of many that close in on a node: it grafts whenever its backoff allows, so as to stand in the mesh, and forwards nothing. It advertises
/// every block it hears of, and does not send it when asked.
/// </summary>
internal sealed class EclipsingPeer : ByzantinePeer
{
    private readonly Dictionary<VirtualLink, TimeSpan> _mayGraftAt = [];

    public EclipsingPeer(GossipScenario scenario)
        : base(scenario)
    {
        Repeat(1, Graft);
    }

    protected override void OnMessage(VirtualLink link, GossipFrame frame)
    {
        MessageId id = Network.Messages.IdOf(frame);
        foreach (VirtualLink other in Links.Values)
        {
            other.SendRaw(RawRpc.IHave(frame.Topic, [RawRpc.Bytes(id)]));
        }
    }

    protected override void OnControl(VirtualLink link, GossipRpc rpc)
    {
        if (rpc.Prune.Count > 0)
        {
            _mayGraftAt[link] = Time.Now + TimeSpan.FromSeconds(61);
        }
    }

    private void Graft(VirtualLink link)
    {
        if (_mayGraftAt.GetValueOrDefault(link) <= Time.Now)
        {
            link.SendRaw([.. GossipNode.Topics.SelectMany(RawRpc.Graft)]);
        }
    }
}
