using System.Diagnostics.CodeAnalysis;
using OpStack.Libp2p.Identity;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Multiformats;

/// <summary>
/// A self-describing network address (multiformats/multiaddr). Immutable; equality is that of the binary form.
/// At most 1,024 bytes and 16 components; an address with a protocol outside our table cannot be read.
/// </summary>
public sealed partial class Multiaddr : IEquatable<Multiaddr>
{
    private readonly byte[] _bytes;
    private readonly Part[] _parts;
    private readonly int _hashCode;
    private string? _text;
    private MultiaddrComponent[]? _components;

    private Multiaddr(byte[] bytes, Part[] parts)
    {
        _bytes = bytes;
        _parts = parts;
        HashCode hash = default;
        hash.AddBytes(bytes);
        _hashCode = hash.ToHashCode();
        PeerId = EndsInPeerId && PeerId.TryDecode(ValueOf(parts[^1]), out PeerId? peer) ? peer : null;
    }

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The peer id that the address ends in, if it does. The id of a relay in the middle does not count.</summary>
    public PeerId? PeerId { get; }

    /// <summary>The parts in order, at least one.</summary>
    public IReadOnlyList<MultiaddrComponent> Components => _components ??= Array.ConvertAll(_parts, ToComponent);

    private bool EndsInPeerId => _parts[^1].Protocol.Code == MultiaddrProtocol.P2pCode;

    /// <summary>Reads the binary form; never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (bytes.IsEmpty || bytes.Length > MultiformatsLimits.MaxMultiaddrBytes)
        {
            return false;
        }

        Part[] parts = new Part[MultiformatsLimits.MaxMultiaddrComponents];
        int count = 0;
        for (int position = 0; position < bytes.Length; position = parts[count - 1].End)
        {
            if (count == parts.Length || !TryReadPart(bytes, position, out parts[count]) || !IsInPlace(parts.AsSpan(0, count + 1)))
            {
                return false;
            }

            count++;
        }

        if (parts[count - 1].Protocol.Code == MultiaddrProtocol.Ip6ZoneCode)
        {
            return false;
        }

        address = new Multiaddr(bytes.ToArray(), parts[..count]);
        return true;
    }

    /// <summary>
    /// The same address ending in /p2p/<paramref name="peer"/>, in place of another peer id at its end. It may exceed the
    /// bounds of what can be read by this one part.
    /// </summary>
    public Multiaddr WithPeerId(PeerId peer)
    {
        if (peer.Equals(PeerId))
        {
            return this;
        }

        int kept = EndsInPeerId ? _parts[^1].Start : _bytes.Length;
        ReadOnlySpan<byte> id = peer.Bytes.Span;
        byte[] bytes = new byte[kept + Varint.LengthOf(MultiaddrProtocol.P2pCode) + Varint.LengthOf((ulong)id.Length) + id.Length];
        _bytes.AsSpan(0, kept).CopyTo(bytes);
        int position = kept + Varint.Write(bytes.AsSpan(kept), MultiaddrProtocol.P2pCode);
        Varint.Write(bytes.AsSpan(position), (ulong)id.Length);
        id.CopyTo(bytes.AsSpan(bytes.Length - id.Length));

        Part last = new(MultiaddrProtocol.Find(MultiaddrProtocol.P2pCode)!, kept, bytes.Length - id.Length, id.Length);
        return new Multiaddr(bytes, EndsInPeerId ? [.. _parts[..^1], last] : [.. _parts, last]);
    }

    /// <summary>The same address without the peer id it ends in; itself when there is none, or when nothing else is there.</summary>
    public Multiaddr WithoutPeerId() =>
        EndsInPeerId && _parts.Length > 1 ? new Multiaddr(_bytes[.._parts[^1].Start], _parts[..^1]) : this;

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) =>
        ReferenceEquals(this, other) || (other is not null && _hashCode == other._hashCode && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    /// <summary>Reads an address that <paramref name="owner"/> claims for itself: false for one that ends in another peer id; its own id at the end is taken off.</summary>
    internal static bool TryDecodeOwn(ReadOnlySpan<byte> bytes, PeerId owner, [NotNullWhen(true)] out Multiaddr? address)
    {
        if (!TryDecode(bytes, out address) || (address.PeerId is not null && !address.PeerId.Equals(owner)))
        {
            address = null;
            return false;
        }

        address = address.WithoutPeerId();
        return true;
    }

    private static bool TryReadPart(ReadOnlySpan<byte> bytes, int start, out Part part)
    {
        part = default;
        if (!Varint.TryReadMinimal(bytes[start..], out ulong code, out int codeLength) || MultiaddrProtocol.Find(code) is not { } protocol)
        {
            return false;
        }

        int position = start + codeLength;
        ulong length = (ulong)(protocol.FixedLength ?? 0);
        if (protocol.FixedLength is null)
        {
            if (!Varint.TryReadMinimal(bytes[position..], out length, out int prefix))
            {
                return false;
            }

            position += prefix;
        }

        if (length > (ulong)(bytes.Length - position) || !MultiaddrValue.IsValid(protocol, bytes.Slice(position, (int)length)))
        {
            return false;
        }

        part = new Part(protocol, start, position, (int)length);
        return true;
    }

    // A zone says which link the ip6 address behind it belongs to. A path takes all the rest of the text, so nothing may follow it.
    private static bool IsInPlace(ReadOnlySpan<Part> parts) =>
        parts.Length < 2
        || (parts[^2].Protocol.Kind != MultiaddrValueKind.Path
            && (parts[^2].Protocol.Code != MultiaddrProtocol.Ip6ZoneCode || parts[^1].Protocol.Code == MultiaddrProtocol.Ip6Code));

    private ReadOnlySpan<byte> ValueOf(Part part) => _bytes.AsSpan(part.Value, part.Length);

    private MultiaddrComponent ToComponent(Part part) => new(
        part.Protocol.Name,
        part.Protocol.Code,
        _bytes.AsMemory(part.Value, part.Length),
        part.Protocol.Kind == MultiaddrValueKind.None ? "" : MultiaddrValue.Format(part.Protocol, ValueOf(part)));

    /// <summary>Where a component lies in the bytes: its code begins at Start, its value at Value.</summary>
    private readonly record struct Part(MultiaddrProtocol Protocol, int Start, int Value, int Length)
    {
        public int End => Value + Length;
    }
}
