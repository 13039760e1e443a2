using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Identity;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Peers;

/// <summary>
/// The forms of one secp256k1 identity: the 64-byte key X ‖ Y of enode URLs (kona's B512) and the libp2p peer id; the discv5 node id is
/// <see cref="OpStack.Discv5.NodeId.FromPublicKey"/>. A node uses one key for all of them (op-node p2p/host.go).
/// </summary>
public static class PeerKeys
{
    /// <summary>Length of X ‖ Y in bytes.</summary>
    public const int CoordinatesSize = Secp256k1PublicKey.UncompressedSize - 1;

    // Type 2 (secp256k1) and a data field of 33 bytes (libp2p specs, peer-ids).
    private static ReadOnlySpan<byte> KeyMessagePrefix => [0x08, 0x02, 0x12, Secp256k1PublicKey.CompressedSize];

    /// <summary>The libp2p peer id of a key.</summary>
    public static PeerId ToPeerId(this Secp256k1PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> message = stackalloc byte[KeyMessagePrefix.Length + Secp256k1PublicKey.CompressedSize];
        KeyMessagePrefix.CopyTo(message);
        key.WriteCompressed(message[KeyMessagePrefix.Length..]);
        return PublicKey.TryDecode(message, out PublicKey? decoded)
            ? decoded.PeerId
            : throw new InvalidOperationException("A valid point is a valid libp2p key.");
    }

    /// <summary>X ‖ Y, 64 bytes.</summary>
    public static byte[] ToCoordinates(this Secp256k1PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> uncompressed = stackalloc byte[Secp256k1PublicKey.UncompressedSize];
        key.WriteUncompressed(uncompressed);
        return uncompressed[1..].ToArray();
    }

    /// <summary>The key of X ‖ Y; false unless it is 64 bytes long and on the curve.</summary>
    public static bool TryFromCoordinates(ReadOnlySpan<byte> coordinates, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        if (coordinates.Length != CoordinatesSize)
        {
            return false;
        }

        Span<byte> uncompressed = stackalloc byte[Secp256k1PublicKey.UncompressedSize];
        uncompressed[0] = 0x04;
        coordinates.CopyTo(uncompressed[1..]);
        return Secp256k1PublicKey.TryParse(uncompressed, out key);
    }

    /// <summary>The secp256k1 key inside a peer id; false for ids of other key types, which have no node id.</summary>
    public static bool TryGetSecp256k1Key(this PeerId peer, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        ArgumentNullException.ThrowIfNull(peer);
        key = null;
        return peer.TryGetPublicKey(out PublicKey? inner)
            && inner.Type == KeyType.Secp256k1
            && Secp256k1PublicKey.TryParse(inner.Encoded.Span[KeyMessagePrefix.Length..], out key);
    }
}
