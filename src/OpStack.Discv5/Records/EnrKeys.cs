namespace OpStack.Discv5.Records;

/// <summary>The keys EIP-778 defines, and the one value of <see cref="Id"/> in use.</summary>
internal static class EnrKeys
{
    internal const string Id = "id";
    internal const string PublicKey = "secp256k1";
    internal const string Ip4 = "ip", Ip6 = "ip6";
    internal const string Tcp = "tcp", Tcp6 = "tcp6";
    internal const string Udp = "udp", Udp6 = "udp6";

    /// <summary>The identity scheme: secp256k1 and Keccak-256.</summary>
    internal static ReadOnlySpan<byte> SchemeV4 => "v4"u8;
}
