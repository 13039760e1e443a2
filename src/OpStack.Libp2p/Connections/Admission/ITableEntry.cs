using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>What deciding about a connection takes to know of it.</summary>
internal interface ITableEntry
{
    PeerId Peer { get; }

    ConnectionDirection Direction { get; }

    /// <summary>Monotonic time of the end of the handshake.</summary>
    TimeSpan OpenedAt { get; }
}

/// <summary>What a peer is worth to us.</summary>
/// <param name="IsProtected">Nothing but the gate and the host's own wish ends its connections.</param>
/// <param name="Value">The sum of its tags.</param>
internal readonly record struct PeerWorth(bool IsProtected, int Value);
