using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;

namespace OpStack.P2P.Simulation.Gossip.Attacks;

/// <summary>
/// Sends every connected node every control message there is, at every limit and beyond: long IHAVEs of ids nobody has, IWANTs of every block it
/// hears of and of others, GRAFTs for all topics whatever the answer, PRUNEs with the longest backoff, IDONTWANTs, and subscriptions that
/// change all the time. It never sends a block.
/// </summary>
internal sealed class ControlSpam : ByzantinePeer
{
    private const int LongList = 5_000;

    private readonly Queue<byte[]> _heardOf = [];
    private bool _subscribes;

    public ControlSpam(GossipScenario scenario, double perSecond)
        : base(scenario)
    {
        Repeat(perSecond, Spam);
    }

    /// <summary>Blocks received, copies included: what its IWANTs got it, and what pushed.</summary>
    public long Received { get; private set; }

    protected override void OnMessage(VirtualLink link, GossipFrame frame) => Received++;

    protected override void OnControl(VirtualLink link, GossipRpc rpc)
    {
        foreach (MessageId id in rpc.IHave.SelectMany(ihave => ihave.Ids).Concat(rpc.IDontWant))
        {
            _heardOf.Enqueue(RawRpc.Bytes(id));
            if (_heardOf.Count > 100)
            {
                _heardOf.Dequeue();
            }
        }
    }

    private void Spam(VirtualLink link)
    {
        _subscribes = !_subscribes;
        link.SendRaw([.. GossipNode.Topics.SelectMany(topic => RawRpc.Subscription(topic, _subscribes))]);
        link.SendRaw(RawRpc.Subscription("/nobody/joined/this", subscribe: true));
        link.SendRaw(RawRpc.IHave(Sequencer.Topic, Ids(LongList)));
        link.SendRaw(RawRpc.IWant([.. _heardOf, .. Ids(1_000)]));
        link.SendRaw(RawRpc.IDontWant(Ids(LongList)));
        link.SendRaw([.. GossipNode.Topics.SelectMany(RawRpc.Graft)]);
        link.SendRaw(RawRpc.Prune(GossipNode.Topics[0], ulong.MaxValue));
    }

    private IEnumerable<byte[]> Ids(int count) => RandomBytes(count * MessageIds.Length).Chunk(MessageIds.Length);
}
