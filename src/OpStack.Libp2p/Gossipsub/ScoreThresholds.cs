namespace OpStack.Libp2p.Gossipsub;

/// <summary>Scores below which a peer loses a right (wire.md 9.15); a mesh peer needs at least 0.</summary>
/// <param name="Gossip">Below it no IHAVE and IWANT is exchanged; at most 0.</param>
/// <param name="Publish">Below it a peer is no fanout peer; at most <paramref name="Gossip"/>.</param>
/// <param name="Graylist">Below it the peer's messages and control are ignored; at most <paramref name="Publish"/>.</param>
internal readonly record struct ScoreThresholds(double Gossip, double Publish, double Graylist);
