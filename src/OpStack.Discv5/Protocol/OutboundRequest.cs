using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Protocol;

/// <summary>A request of ours from its start to its one outcome, with what is needed to send it again.</summary>
internal sealed class OutboundRequest
{
    public required NodeContact To { get; init; }

    /// <summary>PING, FINDNODE or TALKREQ; its id is 8 random bytes, so that no one off the path can answer (wire.md 11.4).</summary>
    public required Message Message { get; init; }

    /// <summary>Called once.</summary>
    public required Action<RequestOutcome> Completed { get; init; }

    /// <summary>A PING of the table's schedule. The limit per node does not hold for it: that a host is busy with a node must not cost the node its place.</summary>
    public bool IsLivenessCheck { get; init; }

    /// <summary>Of a FINDNODE: what the NODES packets brought so far.</summary>
    public NodesAnswer<Enr>? Answer { get; set; }

    /// <summary>
    /// Of a FINDNODE: records of its answer that are read yet, good or bad. Each takes a signature check, and five packets hold more than forty.
    /// </summary>
    public required int RecordsLeft { get; set; }

    /// <summary>The bytes sent last; null while queued behind a handshake.</summary>
    public byte[]? Datagram { get; set; }

    /// <summary>Nonces of packets sent for it, by which a WHOAREYOU finds it.</summary>
    public List<PacketNonce> Nonces { get; } = [];

    /// <summary>Which keys it was sent under last (<see cref="Peer.Epoch"/>); null when it was not sent readably yet.</summary>
    public long? SentEpoch { get; set; }

    /// <summary>Challenges it may still answer: one for every time it is sent.</summary>
    public int HandshakesLeft { get; set; } = 1;

    /// <summary>
    /// How often it may still be sent again because the peer made new keys: once for every time it is sent. Each starts its timeout anew, so a peer
    /// that shakes hands again and again would else keep it for ever.
    /// </summary>
    public int RekeysLeft { get; set; } = 1;

    /// <summary>Our handshake packet to the last challenge, and that challenge: a repeated challenge gets the same answer.</summary>
    public byte[]? Handshake { get; set; }

    /// <inheritdoc cref="Handshake"/>
    public byte[]? ChallengeData { get; set; }

    /// <summary>How often it may still be sent again after a timeout.</summary>
    public int RetriesLeft { get; set; }

    /// <summary>When it fails or is sent again.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>Its outcome was given.</summary>
    public bool IsDone { get; set; }
}
