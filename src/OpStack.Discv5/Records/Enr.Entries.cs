using System.Net;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Records;

public sealed partial class Enr
{
    private const int Ip4Size = 4, Ip6Size = 16;

    /// <summary>The keys in their order.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            List<string> keys = [];
            RlpReader entries = Entries();
            while (entries.TryReadBytes(out ReadOnlySpan<byte> name) && entries.TrySkip())
                keys.Add(System.Text.Encoding.Latin1.GetString(name));
            return keys;
        }
    }

    /// <summary>The value of a key as it stands: one RLP item, prefix included. False when there is no such key.</summary>
    public bool TryGetRaw(string key, out ReadOnlyMemory<byte> rlp)
    {
        ArgumentNullException.ThrowIfNull(key);
        RlpReader entries = Entries();
        while (entries.TryReadBytes(out ReadOnlySpan<byte> name) && entries.TryReadItem(out ReadOnlySpan<byte> value))
        {
            if (!IsKey(name, key))
                continue;
            rlp = _encoded.AsMemory(_encoded.Length - entries.Remaining - value.Length, value.Length);
            return true;
        }

        rlp = default;
        return false;
    }

    /// <summary>The content of an entry that is an RLP byte string. False when there is no such key or its value is a list.</summary>
    public bool TryGetBytes(string key, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!TryGetRaw(key, out ReadOnlyMemory<byte> rlp) || !new RlpReader(rlp.Span).TryReadBytes(out ReadOnlySpan<byte> content))
            return false;
        bytes = rlp[^content.Length..];
        return true;
    }

    /// <summary>An entry that is an integer of at most 8 bytes without leading zeros. False for anything else.</summary>
    public bool TryGetUInt64(string key, out ulong value)
    {
        value = 0;
        return TryGetRaw(key, out ReadOnlyMemory<byte> rlp) && new RlpReader(rlp.Span).TryReadUInt64(out value);
    }

    private RlpReader Entries() => new(_encoded.AsSpan(_entriesOffset));

    private ReadOnlyMemory<byte> ReadSignature()
    {
        // The first item of the list; its prefix is two bytes, because it is longer than 55.
        RlpReader outer = new(_encoded);
        _ = outer.TryReadList(out RlpReader items);
        int start = _encoded.Length - items.Remaining + RlpWriter.LengthOfPrefix(Secp256k1Signature.Size);
        return _encoded.AsMemory(start, Secp256k1Signature.Size);
    }

    private static bool IsKey(ReadOnlySpan<byte> name, string key)
    {
        if (name.Length != key.Length)
            return false;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] != key[i])
                return false;
        }

        return true;
    }

    private IPAddress? ReadIp4() =>
        TryGetBytes(EnrKeys.Ip4, out ReadOnlyMemory<byte> bytes) && bytes.Length == Ip4Size ? new IPAddress(bytes.Span) : null;

    // A mapped address would pass every rule about IPv6 networks and then be sent to as IPv4.
    private IPAddress? ReadIp6() =>
        TryGetBytes(EnrKeys.Ip6, out ReadOnlyMemory<byte> bytes) && bytes.Length == Ip6Size
        && new IPAddress(bytes.Span) is { IsIPv4MappedToIPv6: false } address
            ? address
            : null;

    private IPEndPoint? ReadEndPoint(IPAddress? address, string portKey, string otherPortKey)
    {
        if (address is null)
            return null;
        string key = TryGetRaw(portKey, out _) ? portKey : otherPortKey;
        return TryGetUInt64(key, out ulong port) && port is > 0 and <= IPEndPoint.MaxPort ? new IPEndPoint(address, (int)port) : null;
    }
}
