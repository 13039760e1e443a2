using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Protocol;

/// <summary>What is known of a node beside the keys of its session.</summary>
internal sealed class Peer(NodeAddress address, Secp256k1PublicKey key)
{
    public NodeAddress Address { get; } = address;

    public Secp256k1PublicKey Key { get; } = key;

    /// <summary>Its newest record; null for a node known by key alone that has not told it yet.</summary>
    public Enr? Record { get; set; }

    /// <summary>Names the keys of its session: another number after every handshake.</summary>
    public long Epoch { get; set; }

    /// <summary>We made the first contact of the last handshake.</summary>
    public bool IsOutbound { get; set; }

    /// <summary>The peer has shown that it holds the keys. False between a handshake packet of ours and the first message under it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The host was told of the session.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>A FINDNODE for its record is under way.</summary>
    public bool IsRefreshing { get; set; }
}
