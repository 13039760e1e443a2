using System.Diagnostics.CodeAnalysis;

namespace OpStack.Libp2p.Identity;

/// <summary>A peer's public key: one of the four libp2p types, checked when it was read. Immutable.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly byte[] _encoded;
    private readonly ISignatureVerifier _verifier;

    private PublicKey(KeyType type, ReadOnlySpan<byte> data, ISignatureVerifier verifier)
    {
        Type = type;
        _encoded = KeyMessage.Write(type, data);
        _verifier = verifier;
        PeerId = PeerId.FromKey(_encoded);
    }

    /// <summary>The kind of key.</summary>
    public KeyType Type { get; }

    /// <summary>The deterministic protobuf form, whatever form the key was read from.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>The peer id of this key.</summary>
    public PeerId PeerId { get; }

    /// <summary>
    /// Reads the protobuf form; never throws. Refused are points off their curve, Ed25519 keys of small order, curves other than P-256,
    /// RSA keys outside 2048..8192 bits, and key data that is not in its one canonical encoding.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> protobuf, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return KeyMessage.TryRead(protobuf, out KeyType type, out ReadOnlySpan<byte> data) && TryCreate(type, data, out key);
    }

    /// <summary>
    /// Verifies a signature over <paramref name="message"/> as libp2p makes it for this type of key; never throws.
    /// Ed25519: 64 bytes over the message. Others over its SHA-256: secp256k1 and P-256 in DER, RSA by PKCS#1 v1.5.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _verifier.Verify(message, signature);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && PeerId.Equals(other.PeerId) && _encoded.AsSpan().SequenceEqual(other._encoded);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => PeerId.GetHashCode();

    /// <summary>The type and the peer id.</summary>
    public override string ToString() => $"{Type} {PeerId}";

    /// <summary>Checks bare key data: 32 bytes for Ed25519, 33 for secp256k1, PKIX DER for the others.</summary>
    internal static bool TryCreate(KeyType type, ReadOnlySpan<byte> data, [NotNullWhen(true)] out PublicKey? key)
    {
        ISignatureVerifier? verifier = data.Length > IdentityLimits.MaxKeyData ? null : type switch
        {
            KeyType.Rsa => RsaVerifier.TryCreate(data),
            KeyType.Ed25519 => Ed25519Verifier.TryCreate(data),
            KeyType.Secp256k1 => Secp256k1Verifier.TryCreate(data),
            KeyType.Ecdsa => EcdsaVerifier.TryCreate(data),
            _ => null,
        };
        key = verifier is null ? null : new PublicKey(type, data, verifier);
        return key is not null;
    }
}
