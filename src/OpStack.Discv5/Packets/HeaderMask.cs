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

    // Four blocks cover the headers of messages and WHOAREYOUs in one call.
    private readonly byte[] _counters = new byte[4 * BlockSize];
    private readonly byte[] _keystream = new byte[4 * BlockSize];
    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;

    /// <summary>Makes the mask of packets to <paramref name="destination"/>.</summary>
    internal HeaderMask(NodeId destination)
    {
        _aes = Aes.Create();
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        Hash256 id = destination.ToHash256();
        _aes.SetKey(id.AsSpan()[..PacketLimits.KeySize]);
        _encryptor = _aes.CreateEncryptor();
    }

    /// <summary>
    /// Masks or unmasks header bytes in place; both are the same.
    /// </summary>
    /// <param name="iv">The masking-iv, 16 bytes: the first counter block, counted up as one 128-bit big-endian number.</param>
    /// <param name="header">Bytes of the header.</param>
    /// <param name="offset">Where in the header they begin.</param>
    internal void Apply(ReadOnlySpan<byte> iv, Span<byte> header, int offset = 0)
    {
        UInt128 first = BinaryPrimitives.ReadUInt128BigEndian(iv);
        int block = offset / BlockSize, skip = offset % BlockSize;
        while (!header.IsEmpty)
        {
            int blocks = Math.Min(_counters.Length, skip + header.Length + BlockSize - 1) / BlockSize;
            for (int i = 0; i < blocks; i++)
                BinaryPrimitives.WriteUInt128BigEndian(_counters.AsSpan(i * BlockSize), unchecked(first + (UInt128)(uint)(block + i)));
            _encryptor.TransformBlock(_counters, 0, blocks * BlockSize, _keystream, 0);

            int length = Math.Min((blocks * BlockSize) - skip, header.Length);
            for (int i = 0; i < length; i++)
                header[i] ^= _keystream[skip + i];
            header = header[length..];
            (block, skip) = (block + blocks, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }
}
