namespace OpStack.Discv5.Packets;

/// <summary>Where the fields of the static header stand: "discv5", version, flag, nonce, size of the authdata.</summary>
internal static class PacketLayout
{
    internal const ushort Version = 1;
    internal const int VersionOffset = 6;
    internal const int FlagOffset = 8;
    internal const int NonceOffset = 9;
    internal const int AuthDataSizeOffset = 21;

    internal static ReadOnlySpan<byte> ProtocolId => "discv5"u8;
}
