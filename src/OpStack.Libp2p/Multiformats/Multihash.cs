using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Multiformats;

/// <summary>The multihash form: uvarint(function) ‖ uvarint(length) ‖ digest.</summary>
internal static class Multihash
{
    /// <summary>The "hash" that is the content itself.</summary>
    public const ulong Identity = 0x00;

    /// <summary>SHA-256.</summary>
    public const ulong Sha2_256 = 0x12;

    /// <summary>Length of a SHA-256 digest in bytes.</summary>
    public const int Sha2_256Length = 32;

    /// <summary>Reads a multihash that fills <paramref name="bytes"/>: varints minimal, nothing behind the digest.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ulong function, out ReadOnlySpan<byte> digest)
    {
        digest = default;
        if (!Varint.TryReadMinimal(bytes, out function, out int functionLength)
            || !Varint.TryReadMinimal(bytes[functionLength..], out ulong length, out int lengthLength))
        {
            return false;
        }

        digest = bytes[(functionLength + lengthLength)..];
        return (ulong)digest.Length == length;
    }
}
