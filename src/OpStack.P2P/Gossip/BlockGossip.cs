using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Lets gossipsub validate by an <see cref="IBlockHandler"/>, hands accepted blocks of others to the host's events, and measures both.
/// </summary>
internal sealed class BlockGossip(
    IBlockHandler handler, SenderBlame blame, GossipEventQueue events, TimeProvider clock, ILogger logger, BlockMeasurements? measurements = null)
    : IGossipMessageHandler
{
    public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data)
    {
        long started = clock.GetTimestamp();
        DecodedMessage decoded = handler.Decode(topic, data);
        measurements?.Took(BlockMeasurements.Decode, clock.GetElapsedTime(started));
        return decoded;
    }

    public object? Check(GossipMessage message)
    {
        using Activity? activity = P2PActivity.StartValidation();
        long started = clock.GetTimestamp();
        BlockCheck check = handler.Check(message);
        measurements?.Took(BlockMeasurements.Check, clock.GetElapsedTime(started));
        activity?.End(BlockMetrics.Reason.Values[(int)check.Reason], check.Acceptance == MessageAcceptance.Reject);
        return check;
    }

    public MessageVerdict Admit(GossipMessage message, object? check)
    {
        long started = clock.GetTimestamp();
        BlockCheck block = (BlockCheck)check!;
        BlockInvalidReason reason = block.Reason;
        MessageAcceptance acceptance = handler is BlockHandler rules ? rules.Admit(block, out reason) : handler.Admit(block);
        measurements?.Took(BlockMeasurements.Admit, clock.GetElapsedTime(started));
        logger.Judged(message.Source, message.Topic, acceptance, reason);
        if (message.Source is not null)
        {
            measurements?.Judged((int)acceptance, (int)reason);
        }

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
            DateTimeOffset now = clock.GetUtcNow();
            logger.Received(envelope.Payload.BlockNumber, envelope.Payload.BlockHash, source);
            measurements?.Delivered((int)envelope.Version, envelope.Payload.BlockNumber, envelope.Payload.Timestamp, now);
            events.Add(new BlockReceived(envelope, source, message.Topic, now));
        }
    }
}
