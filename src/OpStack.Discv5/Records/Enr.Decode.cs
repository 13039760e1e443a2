using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Records;

public sealed partial class Enr
{
    /// <summary>
    /// Reads and verifies the RLP form [signature, sequence, key, value, ...]; never throws. False unless it is at most 300 bytes of
    /// canonical RLP with nothing behind it, keys strictly ascending, id "v4", a valid key, and a valid signature with low s.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record)
    {
        record = null;
        if (rlp.Length > MaxSize || !CanonicalRlp.IsOneItem(rlp))
            return false;

        RlpReader outer = new(rlp);
        Span<byte> signature = stackalloc byte[Secp256k1Signature.Size];
        if (!outer.TryReadList(out RlpReader items) || !items.TryReadBytesExactly(signature))
            return false;

        ReadOnlySpan<byte> content = rlp[^items.Remaining..];
        if (!items.TryReadUInt64(out ulong sequence))
            return false;

        int entriesOffset = rlp.Length - items.Remaining;
        if (!TryReadIdentity(items, out Secp256k1PublicKey? key) || !IsSignedBy(key, content, signature))
            return false;

        record = new Enr(rlp.ToArray(), entriesOffset, sequence, key);
        return true;
    }

    /// <summary>A record we have just signed, which therefore need not be verified.</summary>
    internal static Enr FromSigned(byte[] encoded, ulong sequence, Secp256k1PublicKey key)
    {
        RlpReader outer = new(encoded);
        bool read = outer.TryReadList(out RlpReader items) && items.TrySkip() && items.TrySkip();
        Debug.Assert(read, "Build writes a list of a signature, a sequence number and entries.");
        return new Enr(encoded, encoded.Length - items.Remaining, sequence, key);
    }

    /// <summary>Walks the entries: pairs, in strict order, with id "v4" and a key among them.</summary>
    private static bool TryReadIdentity(RlpReader entries, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        bool isV4 = false, isFirst = true;
        ReadOnlySpan<byte> previous = default;
        while (!entries.IsAtEnd)
        {
            if (!entries.TryReadBytes(out ReadOnlySpan<byte> name) || (!isFirst && name.SequenceCompareTo(previous) <= 0))
                return false;

            if (!entries.TryReadItem(out ReadOnlySpan<byte> value))
                return false;

            if (name.SequenceEqual("id"u8))
                isV4 = new RlpReader(value).TryReadBytes(out ReadOnlySpan<byte> scheme) && scheme.SequenceEqual(EnrKeys.SchemeV4);
            else if (name.SequenceEqual("secp256k1"u8) && !TryReadKey(value, out key))
                return false;
            previous = name;
            isFirst = false;
        }

        return isV4 && key is not null;
    }

    private static bool TryReadKey(ReadOnlySpan<byte> value, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        return new RlpReader(value).TryReadBytes(out ReadOnlySpan<byte> compressed)
            && compressed.Length == Secp256k1PublicKey.CompressedSize
            && Secp256k1PublicKey.TryParse(compressed, out key);
    }

    private static bool IsSignedBy(Secp256k1PublicKey key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[Keccak256.HashSize];
        HashContent(content, hash);
        return Secp256k1Signature.IsLowS(signature) && key.Verify(hash, signature);
    }

    /// <summary>
    /// What is signed: keccak256 of the list [sequence, key, value, ...], of which <paramref name="items"/> are the items.
    /// </summary>
    internal static void HashContent(ReadOnlySpan<byte> items, Span<byte> hash)
    {
        Span<byte> prefix = stackalloc byte[RlpWriter.LengthOfPrefix(MaxSize)];
        RlpWriter writer = new(prefix);
        writer.WriteListPrefix(items.Length);
        Keccak256Hasher hasher = default;
        hasher.Append(prefix[..writer.Written]);
        hasher.Append(items);
        hasher.GetHashAndReset(hash);
    }
}
