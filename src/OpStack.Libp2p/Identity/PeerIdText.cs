using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Multiformats;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Identity;

/// <summary>The text forms of a peer id (libp2p specs, peer-ids, "string representation").</summary>
internal static class PeerIdText
{
    private const ulong CidVersion = 1;
    private const ulong Libp2pKeyCodec = 0x72;

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;

        // A CID is four bytes longer than the id at most; what does not fit is no peer id.
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength + 4];
        if (text.StartsWith("1") || text.StartsWith("Qm"))
        {
            return RadixText.Base58Btc.TryDecode(text, bytes, out int length) && PeerId.TryDecode(bytes[..length], out id);
        }

        return Multibase.TryDecode(text, bytes, out int cidLength) && TryReadCid(bytes[..cidLength], out id);
    }

    /// <summary>The base58btc text of multihash bytes.</summary>
    public static string Format(ReadOnlySpan<byte> multihash) => RadixText.Base58Btc.Encode(multihash);

    private static bool TryReadCid(ReadOnlySpan<byte> cid, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;
        return Varint.TryReadMinimal(cid, out ulong version, out int versionLength)
            && version == CidVersion
            && Varint.TryReadMinimal(cid[versionLength..], out ulong codec, out int codecLength)
            && codec == Libp2pKeyCodec
            && PeerId.TryDecode(cid[(versionLength + codecLength)..], out id);
    }
}
