using System.Buffers.Binary;
using System.Security.Cryptography;
using OpStack.Primitives;

namespace OpStack.Discv5.Packets;

/// <summary>
/// The mask over headers sent to one node: AES-128-CTR under the first half of its id. Kept for our own id, because every datagram received
/// is unmasked with it. The key is public, so this hides nothing and has no secret to zero. Not for use by several threads at once.
/// </summary>
internal sealed class HeaderMask : IDisposable
{
    private const int BlockSize = 16;

    /// <summary>Blocks that cover the largest header.</summary>
    private const int MaxBlocks = (PacketLimits.MaxHeaderSize - PacketLimits.MaskingIvSize + BlockSize - 1) / BlockSize;

    // Four blocks cover the headers of messages and WHOAREYOUs in one call.
    private readonly byte[] _counters = new byte[4 * BlockSize];
    private readonly byte[] _keystream = new byte[4 * BlockSize];
    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;

    /// <summary>Makes the mask of packets to <paramref name="destination"/>.</summary>
    internal HeaderMask(NodeId destination)
    {
        _aes = CreateCipher(destination);
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _encryptor = _aes.CreateEncryptor();
    }

    /// <summary>Masks the header of one packet in place. For a node that nothing is kept of, this is half the cost of making its mask.</summary>
    /// <param name="destination">Where the packet goes.</param>
    /// <param name="iv">The masking-iv, 16 bytes.</param>
    /// <param name="header">The whole header behind it.</param>
    internal static void ApplyOnce(NodeId destination, ReadOnlySpan<byte> iv, Span<byte> header)
    {
        using Aes aes = CreateCipher(destination);
        Span<byte> counters = stackalloc byte[MaxBlocks * BlockSize], keystream = stackalloc byte[MaxBlocks * BlockSize];
        counters = counters[..((header.Length + BlockSize - 1) / BlockSize * BlockSize)];
        WriteCounters(counters, BinaryPrimitives.ReadUInt128BigEndian(iv));
        aes.EncryptEcb(counters, keystream, PaddingMode.None);
        Xor(header, keystream);
    }

    /// <summary>
    /// Masks or unmasks header bytes in place; both are the same.
    /// </summary>
    /// <param name="iv">The masking-iv, 16 bytes: the first counter block, counted up as one 128-bit big-endian number.</param>
    /// <param name="header">Bytes of the header.</param>
    /// <param name="offset">Where in the header they begin.</param>
    internal void Apply(ReadOnlySpan<byte> iv, Span<byte> header, int offset = 0)
    {
        UInt128 next = unchecked(BinaryPrimitives.ReadUInt128BigEndian(iv) + (UInt128)(uint)(offset / BlockSize));
        int skip = offset % BlockSize;
        while (!header.IsEmpty)
        {
            int blocks = Math.Min(_counters.Length, skip + header.Length + BlockSize - 1) / BlockSize;
            next = WriteCounters(_counters.AsSpan(0, blocks * BlockSize), next);
            _encryptor.TransformBlock(_counters, 0, blocks * BlockSize, _keystream, 0);

            int length = Math.Min((blocks * BlockSize) - skip, header.Length);
            Xor(header[..length], _keystream.AsSpan(skip));
            header = header[length..];
            skip = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }

    private static Aes CreateCipher(NodeId destination)
    {
        Aes aes = Aes.Create();
        Hash256 id = destination.ToHash256();
        aes.SetKey(id.AsSpan()[..PacketLimits.KeySize]);
        return aes;
    }

    /// <summary>Fills whole blocks with the numbers from <paramref name="first"/> on; returns the one after the last.</summary>
    private static UInt128 WriteCounters(Span<byte> counters, UInt128 first)
    {
        for (; !counters.IsEmpty; counters = counters[BlockSize..])
        {
            BinaryPrimitives.WriteUInt128BigEndian(counters, first);
            first = unchecked(first + 1);
        }

        return first;
    }

    private static void Xor(Span<byte> header, ReadOnlySpan<byte> keystream)
    {
        for (int i = 0; i < header.Length; i++)
        {
            header[i] ^= keystream[i];
        }
    }
}
