using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P;

/// <summary>
/// Validates what comes over the block topics; pluggable. For one message the order is Decode, Check, Admit.
/// An exception is a fault of the handler: the message is ignored and no peer is blamed.
/// </summary>
public interface IBlockHandler
{
    /// <summary>The topics to join; messages on any other are not looked at.</summary>
    IReadOnlyList<string> Topics { get; }

    /// <summary>
    /// Decompresses message data once and computes its id. Pure; called in parallel; allocates no more than the data could decode to.
    /// </summary>
    DecodedMessage Decode(string topic, ReadOnlySpan<byte> data);

    /// <summary>The stateless part: everything but what depends on other blocks. Called in parallel.</summary>
    BlockCheck Check(GossipMessage message);

    /// <summary>The stateful part, for every checked message, invalid ones too. One call at a time; must not block.</summary>
    MessageAcceptance Admit(BlockCheck check);
}
