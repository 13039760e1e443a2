using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Gossip;

/// <summary>Lets gossipsub validate by an <see cref="IBlockHandler"/>, and hands accepted blocks of others to the host's events.</summary>
internal sealed class BlockGossip(
    IBlockHandler handler, SenderBlame blame, GossipEventQueue events, TimeProvider clock, ILogger logger) : IGossipMessageHandler
{
    public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => handler.Decode(topic, data);

    public object? Check(GossipMessage message) => handler.Check(message);

    public MessageVerdict Admit(GossipMessage message, object? check)
    {
        BlockCheck block = (BlockCheck)check!;
        BlockInvalidReason reason = block.Reason;
        MessageAcceptance acceptance = handler is BlockHandler rules ? rules.Admit(block, out reason) : handler.Admit(block);
        logger.Judged(message.Source, message.Topic, acceptance, reason);
        return acceptance switch
        {
            MessageAcceptance.Accept => new MessageVerdict(acceptance) { ProvenInvalid = blame.OnAccepted(block.Signer) },
            MessageAcceptance.Reject => new MessageVerdict(acceptance, blame.OnRejected(reason, message.Source, message.Topic, block.Signer)),
            _ => acceptance,
        };
    }

    /// <summary>Our own blocks are not news to us (op-node FilterSelf).</summary>
    public void Deliver(GossipMessage message, object? check)
    {
        if (message.Source is { } source && check is BlockCheck { Envelope: { } envelope })
        {
            logger.Received(envelope.Payload.BlockNumber, envelope.Payload.BlockHash, source);
            events.Add(new BlockReceived(envelope, source, message.Topic, clock.GetUtcNow()));
        }
    }
}
