namespace OpStack.Libp2p.Identity;

/// <summary>Bounds on keys and signed records that strangers hand us.</summary>
internal static class IdentityLimits
{
    /// <summary>Smallest RSA modulus in bits (go-libp2p).</summary>
    public const int MinRsaBits = 2048;

    /// <summary>Largest RSA modulus in bits: larger ones burn our CPU in the handshake (CVE-2023-39533, attack-cases.md 1.2).</summary>
    public const int MaxRsaBits = 8192;

    /// <summary>Longest key data in bytes: an 8,192-bit RSA key in PKIX form takes 1,062.</summary>
    public const int MaxKeyData = 1100;

    /// <summary>Longest protobuf form of a key that is read, in bytes; unknown fields have some room.</summary>
    public const int MaxEncodedKey = 1200;

    /// <summary>Longest signed envelope in bytes: it travels in an identify message of at most 8 KiB.</summary>
    public const int MaxEnvelope = 8192;

    /// <summary>Most addresses kept of a peer record (wire.md 8: go keeps 500 of a connected peer).</summary>
    public const int MaxRecordAddresses = 500;
}
