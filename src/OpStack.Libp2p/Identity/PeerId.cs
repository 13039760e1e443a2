using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Identity;

/// <summary>
/// A libp2p peer id: the multihash of a public key's protobuf form (libp2p specs, peer-ids). Immutable; equality is that of the bytes.
/// </summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    /// <summary>Longest accepted id in bytes: the identity multihash of 42 bytes.</summary>
    public const int MaxLength = MultiformatsLimits.MaxIdentityDigest + 2;

    private readonly byte[] _bytes;
    private readonly int _hashCode;
    private string? _text;

    private PeerId(byte[] bytes)
    {
        _bytes = bytes;
        HashCode hash = default;
        hash.AddBytes(bytes);
        _hashCode = hash.ToHashCode();
    }

    /// <summary>The multihash bytes, 3 to <see cref="MaxLength"/> of them.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads multihash bytes: identity of 1 to 42 bytes, or sha2-256. Anything else, or bytes behind the digest, is refused.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> multihash, [NotNullWhen(true)] out PeerId? id)
    {
        bool valid = Multihash.TryRead(multihash, out ulong function, out ReadOnlySpan<byte> digest) && function switch
        {
            Multihash.Identity => digest.Length is > 0 and <= MultiformatsLimits.MaxIdentityDigest,
            Multihash.Sha2_256 => digest.Length == Multihash.Sha2_256Length,
            _ => false,
        };
        id = valid ? new PeerId(multihash.ToArray()) : null;
        return valid;
    }

    /// <summary>Reads text of at most 128 characters: base58btc of the multihash, or a CIDv1 of codec libp2p-key in base32 or base36.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerId? id)
    {
        id = null;
        return text is not null && PeerIdText.TryParse(text, out id);
    }

    /// <summary>Reads text as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no peer id.</exception>
    public static PeerId Parse(string text) => TryParse(text, out PeerId? id) ? id : throw new FormatException("Not a peer id.");

    /// <summary>The key inside an identity multihash, if there is a valid one. Ids of RSA and ECDSA keys hold only a hash.</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (_bytes[0] != Multihash.Identity || !PublicKey.TryDecode(_bytes.AsSpan(2), out PublicKey? inner) || !inner.PeerId.Equals(this))
        {
            return false;
        }

        key = inner;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(PeerId? other) =>
        ReferenceEquals(this, other) || (other is not null && _hashCode == other._hashCode && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    /// <summary>Byte-wise order; null comes first.</summary>
    public int CompareTo(PeerId? other) => other is null ? 1 : _bytes.AsSpan().SequenceCompareTo(other._bytes);

    /// <summary>The base58btc text.</summary>
    public override string ToString() => _text ??= PeerIdText.Format(_bytes);

    /// <summary>The id of a public key's protobuf form: the form itself up to 42 bytes, else its SHA-256.</summary>
    internal static PeerId FromKey(ReadOnlySpan<byte> encodedKey)
    {
        bool inline = encodedKey.Length <= MultiformatsLimits.MaxIdentityDigest;
        byte[] bytes = new byte[2 + (inline ? encodedKey.Length : Multihash.Sha2_256Length)];
        bytes[0] = (byte)(inline ? Multihash.Identity : Multihash.Sha2_256);
        bytes[1] = (byte)(bytes.Length - 2);
        if (inline)
        {
            encodedKey.CopyTo(bytes.AsSpan(2));
        }
        else
        {
            SHA256.HashData(encodedKey, bytes.AsSpan(2));
        }

        return new PeerId(bytes);
    }
}
