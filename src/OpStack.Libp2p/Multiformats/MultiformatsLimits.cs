namespace OpStack.Libp2p.Multiformats;

/// <summary>Bounds on addresses and ids that strangers hand us. The specs set none; ours are far above what live networks use.</summary>
internal static class MultiformatsLimits
{
    /// <summary>Longest binary multiaddr in bytes: a webtransport address with two certhashes and a peer id has about 130.</summary>
    public const int MaxMultiaddrBytes = 1024;

    /// <summary>Longest multiaddr text in characters, trailing slashes included: the text of the longest binary form fits.</summary>
    public const int MaxMultiaddrText = 4096;

    /// <summary>Most components of a multiaddr; a relayed webtransport address has about 10.</summary>
    public const int MaxMultiaddrComponents = 16;

    /// <summary>Longest host name in bytes (RFC 1035, 2.3.4, without the root dot).</summary>
    public const int MaxHostName = 253;

    /// <summary>
    /// Longest base58, base36 or base32 text that is decoded. Base58 takes quadratic time, so the length is checked first
    /// (attack-cases.md row 11); the longest peer id takes 72 characters.
    /// </summary>
    public const int MaxBaseText = 128;

    /// <summary>Longest identity multihash digest in bytes (libp2p peer-ids.md).</summary>
    public const int MaxIdentityDigest = 42;

    /// <summary>Longest multihash digest in a certhash, in bytes: a 512-bit hash.</summary>
    public const int MaxDigest = 64;
}
