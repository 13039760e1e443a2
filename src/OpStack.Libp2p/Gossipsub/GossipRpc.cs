using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>One entry of RPC.subscriptions; only topics of the allow-list get this far.</summary>
internal readonly record struct SubscriptionEntry(string Topic, bool Subscribe);

/// <summary>One entry of RPC.publish, as a slice of the frame it came in.</summary>
/// <param name="Topic">Its topic, one of the allow-list.</param>
/// <param name="DataOffset">Where field data begins in the frame.</param>
/// <param name="DataLength">Its length in bytes.</param>
/// <param name="HasSignature">Field signature is present, even if empty (StrictNoSign refuses it).</param>
/// <param name="HasAuthInfo">Field from, seqno or key is present, even if empty (StrictNoSign refuses it).</param>
internal readonly record struct PublishEntry(string Topic, int DataOffset, int DataLength, bool HasSignature, bool HasAuthInfo);

/// <summary>ControlIHave.</summary>
internal sealed record IHave(string Topic, MessageId[] Ids);

/// <summary>ControlPrune. Backoff is clamped to GossipsubLimits.MaxPruneBackoff where it is read; null when absent or zero.</summary>
internal sealed record Prune(string Topic, TimeSpan? Backoff, PeerInfo[] Peers);

/// <summary>PeerInfo of a prune (peer exchange).</summary>
internal sealed record PeerInfo(PeerId Peer, byte[]? SignedPeerRecord);

/// <summary>
/// A gossipsub RPC without its message bytes: what the reader takes out of a frame, and what the router asks to be sent.
/// Lists are never null. GRAFT is a list of topics; IWANT and IDONTWANT are lists of ids.
/// </summary>
internal sealed class GossipRpc
{
    public List<SubscriptionEntry> Subscriptions { get; } = [];

    /// <summary>Filled by the reader only.</summary>
    public List<PublishEntry> Publish { get; } = [];

    /// <summary>Messages of topics outside the allow-list, or of none, which are left out. Filled by the reader only.</summary>
    public int ForeignMessages { get; set; }

    public List<IHave> IHave { get; } = [];

    public List<MessageId> IWant { get; } = [];

    public List<string> Graft { get; } = [];

    /// <summary>A GRAFT named a topic outside the allow-list. Filled by the reader only.</summary>
    public bool HasForeignGraft { get; set; }

    public List<Prune> Prune { get; } = [];

    public List<MessageId> IDontWant { get; } = [];

    public bool HasControl => IHave.Count + IWant.Count + Graft.Count + Prune.Count + IDontWant.Count > 0;
}
