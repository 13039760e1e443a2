using System.Net;
using System.Net.Sockets;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Records;

/// <summary>
/// Collects the entries of a record and signs it. The entries id and secp256k1 are the key's and set by <see cref="Build"/>. A key is a
/// string of bytes; each character is one byte (0..255). Not for use by several threads at once.
/// </summary>
public sealed class EnrBuilder
{
    // Characters are bytes, so ordinal order is the byte order that EIP-778 asks for.
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    /// <summary>Starts without entries.</summary>
    /// <param name="sequence">The sequence number; see <see cref="NextSequence"/>.</param>
    public EnrBuilder(ulong sequence) => Sequence = sequence;

    /// <summary>
    /// Starts from the entries of a record, with its sequence number, which is to be raised before a changed record is given out.
    /// </summary>
    public EnrBuilder(Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Sequence = record.Sequence;
        foreach (string key in record.Keys)
        {
            if (!IsReserved(key) && record.TryGetRaw(key, out ReadOnlyMemory<byte> rlp))
                _entries[key] = rlp.ToArray();
        }
    }

    /// <summary>The sequence number of the record to build.</summary>
    public ulong Sequence { get; set; }

    /// <summary>
    /// The number after <paramref name="previous"/> (0 if there was none): the time in unix milliseconds, as geth does, and in any case
    /// more than the one before, so that numbers rise across restarts without being stored.
    /// </summary>
    /// <exception cref="OverflowException">The previous number is 2^64 - 1.</exception>
    public static ulong NextSequence(ulong previous, DateTimeOffset now) =>
        Math.Max(checked(previous + 1), (ulong)Math.Max(0, now.ToUnixTimeMilliseconds()));

    /// <summary>Sets an entry to a byte string.</summary>
    /// <exception cref="ArgumentException">The key is id or secp256k1, or a character of it is above 255.</exception>
    public EnrBuilder Set(string key, ReadOnlySpan<byte> bytes) => SetEncoded(key, EncodeBytes(bytes));

    /// <summary>Sets an entry to an integer.</summary>
    /// <exception cref="ArgumentException">The key is id or secp256k1, or a character of it is above 255.</exception>
    public EnrBuilder Set(string key, ulong value)
    {
        byte[] rlp = new byte[RlpWriter.LengthOfUInt64(value)];
        new RlpWriter(rlp).WriteUInt64(value);
        return SetEncoded(key, rlp);
    }

    /// <summary>Sets an entry to an RLP item as it stands, a string or a list.</summary>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Set(string, ulong)"/>, or the bytes are not one canonical item of at most 300 bytes.
    /// </exception>
    public EnrBuilder SetRaw(string key, ReadOnlySpan<byte> rlp)
    {
        if (!CanonicalRlp.IsOneItem(rlp))
            throw new ArgumentException("A value is one canonical RLP item of at most 300 bytes.", nameof(rlp));
        return SetEncoded(key, rlp.ToArray());
    }

    /// <summary>Sets ip or ip6 by the family of the address; an IPv4-mapped address sets ip.</summary>
    public EnrBuilder SetIp(IPAddress address)
    {
        IPAddress plain = AddressScope.Normalise(address);
        return Set(plain.AddressFamily == AddressFamily.InterNetworkV6 ? EnrKeys.Ip6 : EnrKeys.Ip4, plain.GetAddressBytes());
    }

    /// <summary>Sets udp: the port of ip, and of ip6 where there is no udp6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 1..65535.</exception>
    public EnrBuilder SetUdp(int port) => SetPort(EnrKeys.Udp, port);

    /// <summary>Sets udp6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 1..65535.</exception>
    public EnrBuilder SetUdp6(int port) => SetPort(EnrKeys.Udp6, port);

    /// <summary>Sets tcp: the port of ip, and of ip6 where there is no tcp6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 1..65535.</exception>
    public EnrBuilder SetTcp(int port) => SetPort(EnrKeys.Tcp, port);

    /// <summary>Sets tcp6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 1..65535.</exception>
    public EnrBuilder SetTcp6(int port) => SetPort(EnrKeys.Tcp6, port);

    /// <summary>Removes an entry if it is there.</summary>
    public EnrBuilder Remove(string key)
    {
        _entries.Remove(key);
        return this;
    }

    /// <summary>Signs the entries. The builder stays as it is and may build again.</summary>
    /// <exception cref="InvalidOperationException">The record is larger than 300 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public Enr Build(Secp256k1PrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] content = EncodeContent(key.PublicKey);
        int payload = RlpWriter.LengthOfList(Secp256k1Signature.Size) + content.Length;
        if (RlpWriter.LengthOfList(payload) > Enr.MaxSize)
            throw new InvalidOperationException($"The record takes {RlpWriter.LengthOfList(payload)} of at most {Enr.MaxSize} bytes.");

        Span<byte> hash = stackalloc byte[Keccak256.HashSize];
        Span<byte> signature = stackalloc byte[Secp256k1Signature.RecoverableSize];
        Enr.HashContent(content, hash);
        key.SignRecoverable(hash, signature);

        byte[] encoded = new byte[RlpWriter.LengthOfList(payload)];
        RlpWriter writer = new(encoded);
        writer.WriteListPrefix(payload);
        writer.WriteBytes(signature[..Secp256k1Signature.Size]);
        writer.WriteEncoded(content);
        return Enr.FromSigned(encoded, Sequence, key.PublicKey);
    }

    private byte[] EncodeContent(Secp256k1PublicKey publicKey)
    {
        byte[] compressed = new byte[Secp256k1PublicKey.CompressedSize];
        publicKey.WriteCompressed(compressed);
        SortedDictionary<string, byte[]> entries = new(_entries, StringComparer.Ordinal)
        {
            [EnrKeys.Id] = EncodeBytes(EnrKeys.SchemeV4),
            [EnrKeys.PublicKey] = EncodeBytes(compressed),
        };

        int length = RlpWriter.LengthOfUInt64(Sequence);
        foreach ((string name, byte[] value) in entries)
            length += RlpWriter.LengthOfBytes(System.Text.Encoding.Latin1.GetBytes(name)) + value.Length;

        byte[] content = new byte[length];
        RlpWriter writer = new(content);
        writer.WriteUInt64(Sequence);
        foreach ((string name, byte[] value) in entries)
        {
            writer.WriteBytes(System.Text.Encoding.Latin1.GetBytes(name));
            writer.WriteEncoded(value);
        }

        return content;
    }

    private static byte[] EncodeBytes(ReadOnlySpan<byte> bytes)
    {
        byte[] rlp = new byte[RlpWriter.LengthOfBytes(bytes)];
        new RlpWriter(rlp).WriteBytes(bytes);
        return rlp;
    }

    private EnrBuilder SetPort(string key, int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return Set(key, (ulong)port);
    }

    private EnrBuilder SetEncoded(string key, byte[] rlp)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (IsReserved(key) || key.Any(c => c > byte.MaxValue))
            throw new ArgumentException("The key is set by Build, or has characters that are not bytes.", nameof(key));
        _entries[key] = rlp;
        return this;
    }

    private static bool IsReserved(string key) => key is EnrKeys.Id or EnrKeys.PublicKey;
}
