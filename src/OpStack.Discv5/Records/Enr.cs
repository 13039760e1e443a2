using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Records;

/// <summary>An Ethereum node record (EIP-778). PLACEHOLDER BODY: owned by the room "records and packets".</summary>
public sealed class Enr : IEquatable<Enr>
{
    /// <summary>Largest encoded record in bytes.</summary>
    public const int MaxSize = 300;
    /// <summary>The node id of <see cref="PublicKey"/>.</summary>
    public NodeId NodeId => throw new NotImplementedException();
    /// <summary>Sequence number.</summary>
    public ulong Sequence => throw new NotImplementedException();
    /// <summary>The key that signed the record.</summary>
    public Secp256k1PublicKey PublicKey => throw new NotImplementedException();
    /// <summary>The RLP encoding, at most 300 bytes.</summary>
    public ReadOnlyMemory<byte> Encoded => throw new NotImplementedException();
    /// <summary>ip and udp, if both are there and valid.</summary>
    public IPEndPoint? Udp4 => throw new NotImplementedException();
    /// <summary>ip6 and udp6 (or udp), if both are there and valid.</summary>
    public IPEndPoint? Udp6 => throw new NotImplementedException();
    /// <summary>ip and tcp.</summary>
    public IPEndPoint? Tcp4 => throw new NotImplementedException();
    /// <summary>ip6 and tcp6 (or tcp).</summary>
    public IPEndPoint? Tcp6 => throw new NotImplementedException();
    /// <summary>A raw RLP item by key.</summary>
    public bool TryGetRaw(string key, out ReadOnlyMemory<byte> rlp) => throw new NotImplementedException();
    /// <summary>The content of an entry that is an RLP byte string.</summary>
    public bool TryGetBytes(string key, out ReadOnlyMemory<byte> bytes) => throw new NotImplementedException();
    /// <summary>Reads and verifies the RLP form; never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record) => throw new NotImplementedException();
    /// <summary>Reads and verifies the text form enr:...; never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Enr? record) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(Enr? other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Enr);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>enr:...</summary>
    public override string ToString() => throw new NotImplementedException();
}
