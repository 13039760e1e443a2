namespace OpStack.Libp2p.Identity;

/// <summary>Our own identity key: secp256k1 or Ed25519. PLACEHOLDER BODY: owned by the room "identity".</summary>
public sealed class KeyPair : IDisposable
{
    /// <summary>The public half.</summary>
    public PublicKey PublicKey => throw new NotImplementedException();
    /// <summary>Our peer id.</summary>
    public PeerId PeerId => throw new NotImplementedException();
    /// <summary>A fresh secp256k1 key.</summary>
    public static KeyPair GenerateSecp256k1() => throw new NotImplementedException();
    /// <summary>A fresh Ed25519 key.</summary>
    public static KeyPair GenerateEd25519() => throw new NotImplementedException();
    /// <summary>Takes a 32-byte secp256k1 scalar; throws <see cref="ArgumentException"/> when out of range.</summary>
    public static KeyPair FromSecp256k1(ReadOnlySpan<byte> secret) => throw new NotImplementedException();
    /// <summary>Takes a 32-byte Ed25519 seed.</summary>
    public static KeyPair FromEd25519(ReadOnlySpan<byte> seed) => throw new NotImplementedException();
    /// <summary>Signs as libp2p does for this key type.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => throw new NotImplementedException();
    /// <summary>Zeroes the key.</summary>
    public void Dispose() => throw new NotImplementedException();
}
