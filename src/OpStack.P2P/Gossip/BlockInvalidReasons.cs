using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Gossip;

/// <summary>The outcome of each reason (op-node gossip.go).</summary>
internal static class BlockInvalidReasons
{
    public static MessageAcceptance ToAcceptance(this BlockInvalidReason reason) => reason switch
    {
        BlockInvalidReason.None => MessageAcceptance.Accept,
        BlockInvalidReason.NoSigner or BlockInvalidReason.BlockSeen => MessageAcceptance.Ignore,
        _ => MessageAcceptance.Reject,
    };
}
