using System.Diagnostics.CodeAnalysis;

namespace OpStack.Libp2p.Identity;

/// <summary>Key types of libp2p, by their protobuf number.</summary>
public enum KeyType
{
    /// <summary>RSA 2048..8192 (accepted from peers only).</summary>
    Rsa = 0,
    /// <summary>Ed25519.</summary>
    Ed25519 = 1,
    /// <summary>secp256k1.</summary>
    Secp256k1 = 2,
    /// <summary>ECDSA P-256 (accepted from peers only).</summary>
    Ecdsa = 3,
}

/// <summary>A peer's public key. PLACEHOLDER BODY: owned by the room "identity".</summary>
public sealed class PublicKey
{
    /// <summary>The kind of key.</summary>
    public KeyType Type => throw new NotImplementedException();
    /// <summary>The deterministic protobuf form.</summary>
    public ReadOnlyMemory<byte> Encoded => throw new NotImplementedException();
    /// <summary>Reads the protobuf form; never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> protobuf, [NotNullWhen(true)] out PublicKey? key) => throw new NotImplementedException();
    /// <summary>Verifies a signature over <paramref name="message"/>; never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => throw new NotImplementedException();
    /// <summary>The peer id of this key.</summary>
    public PeerId PeerId => throw new NotImplementedException();
}
