using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// What depends on a message's bytes alone is computed once for the whole network: otherwise a run of 1,000 nodes would spend its time on 300,000
/// signature checks. That changes nothing: Decode is a function of topic and data; Check is one of the message (its id is a hash of topic
/// and body), of who may sign and of the wall clock's second, and all these are in the key. Admit has state and is each node's own.
/// </summary>
internal sealed class SharedMessages
{
    /// <summary>Longer than any frame is held: a message cache keeps 6 s, a partitioned connection at most a minute.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly Dictionary<GossipFrame, DecodedMessage> _decoded = [];
    private readonly Dictionary<CheckKey, object?> _checked = [];
    private readonly Queue<(TimeSpan Since, GossipFrame Frame)> _frames = [];
    private readonly Queue<(TimeSpan Since, CheckKey Key)> _checks = [];

    /// <summary>Checks that were computed.</summary>
    public long Checks { get; private set; }

    public DecodedMessage Decode(GossipFrame frame, IGossipMessageHandler handler, TimeSpan now)
    {
        if (!_decoded.TryGetValue(frame, out DecodedMessage decoded))
        {
            Forget(now);
            decoded = handler.Decode(frame.Topic, frame.Data.Span);
            _decoded.Add(frame, decoded);
            _frames.Enqueue((now, frame));
        }

        return decoded;
    }

    /// <summary>The id of a message that somebody has decoded.</summary>
    public MessageId IdOf(GossipFrame frame) => _decoded[frame].Id;

    public object? Check(GossipMessage message, IGossipMessageHandler handler, UnsafeBlockSignerSnapshot signers, long second, TimeSpan now)
    {
        CheckKey key = new(message.Decoded.Id, signers.Current, signers.Previous?.Signer, second);
        if (!_checked.TryGetValue(key, out object? check))
        {
            Forget(now);
            Checks++;
            check = handler.Check(message);
            _checked.Add(key, check);
            _checks.Enqueue((now, key));
        }

        return check;
    }

    private void Forget(TimeSpan now)
    {
        while (_frames.TryPeek(out (TimeSpan Since, GossipFrame Frame) oldest) && oldest.Since + Kept < now)
        {
            _decoded.Remove(_frames.Dequeue().Frame);
        }

        while (_checks.TryPeek(out (TimeSpan Since, CheckKey Key) oldest) && oldest.Since + Kept < now)
        {
            _checked.Remove(_checks.Dequeue().Key);
        }
    }

    private readonly record struct CheckKey(MessageId Id, Address Current, Address? Previous, long Second);
}
