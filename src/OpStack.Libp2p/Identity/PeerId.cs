using System.Diagnostics.CodeAnalysis;

namespace OpStack.Libp2p.Identity;

/// <summary>A libp2p peer id: the multihash of a public key. PLACEHOLDER BODY: owned by the room "identity".</summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    /// <summary>Longest accepted id in bytes (identity multihash of 42 bytes).</summary>
    public const int MaxLength = 44;
    /// <summary>The multihash bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();
    /// <summary>Reads multihash bytes: identity (at most 42 bytes) or sha2-256.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> multihash, [NotNullWhen(true)] out PeerId? id) => throw new NotImplementedException();
    /// <summary>Reads base58btc or CIDv1 text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PeerId? id) => throw new NotImplementedException();
    /// <summary>Reads text; throws <see cref="FormatException"/>.</summary>
    public static PeerId Parse(string text) => throw new NotImplementedException();
    /// <summary>The key inside an identity multihash, if there is one.</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(PeerId? other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>Byte-wise order.</summary>
    public int CompareTo(PeerId? other) => throw new NotImplementedException();
    /// <summary>base58btc.</summary>
    public override string ToString() => throw new NotImplementedException();
}
