using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>Accepts every message, decompressed and with its id as for a block.</summary>
internal sealed class FloodHandler(Action<GossipMessage> deliver) : IGossipMessageHandler
{
    public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => MessageIds.Decode(topic, data);

    public object? Check(GossipMessage message) => null;

    public MessageVerdict Admit(GossipMessage message, object? check) => MessageAcceptance.Accept;

    public void Deliver(GossipMessage message, object? check)
    {
        if (message.Source is not null)
        {
            deliver(message);
        }
    }
}
