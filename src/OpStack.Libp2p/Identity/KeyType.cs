namespace OpStack.Libp2p.Identity;

/// <summary>Key types of libp2p, by their protobuf number (libp2p specs, peer-ids).</summary>
public enum KeyType
{
    /// <summary>RSA of 2048 to 8192 bits (accepted from peers only).</summary>
    Rsa = 0,
    /// <summary>Ed25519.</summary>
    Ed25519 = 1,
    /// <summary>secp256k1.</summary>
    Secp256k1 = 2,
    /// <summary>ECDSA on P-256 (accepted from peers only).</summary>
    Ecdsa = 3,
}
