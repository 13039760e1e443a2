using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// Whoever counts how peers answer, as the store keeps it over a restart (op-node's score book has these counts beside the gossip score). Any
/// thread.
/// </summary>
internal interface IResponseBook
{
    /// <summary>The counts now; zeros for a peer that nothing is known of.</summary>
    StoredResponses Read(PeerId peer);

    /// <summary>The counts of before the restart, of a peer that is not connected yet.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="responses">Its counts.</param>
    /// <param name="left">How long they are kept unless it connects.</param>
    void Restore(PeerId peer, StoredResponses responses, TimeSpan left);
}
