using System.Buffers.Binary;

namespace OpStack.Discv5.Packets;

/// <summary>Takes datagrams apart. Nothing is allocated, nothing throws by what a datagram holds.</summary>
internal static class PacketReader
{
    /// <summary>As the other overload, with a mask made for this one datagram.</summary>
    internal static bool TryRead(
        ReadOnlySpan<byte> datagram, NodeId local, Span<byte> scratch, out PacketView packet, out PacketError error)
    {
        using HeaderMask mask = new(local);
        return TryRead(datagram, mask, scratch, out packet, out error);
    }

    /// <summary>Unmasks the header of a datagram and checks every size in it.</summary>
    /// <param name="datagram">What was received, of any length.</param>
    /// <param name="local">The mask of our own id.</param>
    /// <param name="scratch">
    /// At least <see cref="PacketLimits.MaxHeaderSize"/> bytes; the unmasked header stands there, the datagram is not changed.
    /// </param>
    /// <param name="packet">The packet, lying over scratch and datagram.</param>
    /// <param name="error">Why it is none.</param>
    /// <exception cref="ArgumentException">The scratch is too short.</exception>
    internal static bool TryRead(
        ReadOnlySpan<byte> datagram, HeaderMask local, Span<byte> scratch, out PacketView packet, out PacketError error)
    {
        if (scratch.Length < PacketLimits.MaxHeaderSize)
            throw new ArgumentException("The scratch must hold the largest header.", nameof(scratch));

        packet = default;
        if (datagram.Length is < PacketLimits.MinSize or > PacketLimits.MaxSize)
        {
            error = PacketError.Size;
            return false;
        }

        // The smallest packet is longer than the static header, so it and a first part of the authdata are there to be unmasked at once.
        ReadOnlySpan<byte> iv = datagram[..PacketLimits.MaskingIvSize];
        datagram[..PacketLimits.MinSize].CopyTo(scratch);
        Span<byte> header = scratch[PacketLimits.MaskingIvSize..];
        const int unmasked = PacketLimits.MinSize - PacketLimits.MaskingIvSize;
        local.Apply(iv, header[..unmasked]);

        error = CheckStaticHeader(header, out int authDataSize);
        if (error != PacketError.None)
            return false;

        int headerSize = PacketLimits.MaskingIvSize + PacketLimits.StaticHeaderSize + authDataSize;
        if (headerSize > datagram.Length)
        {
            error = PacketError.AuthDataSize;
            return false;
        }

        if (headerSize > PacketLimits.MinSize)
        {
            datagram[PacketLimits.MinSize..headerSize].CopyTo(scratch[PacketLimits.MinSize..]);
            local.Apply(iv, scratch[PacketLimits.MinSize..headerSize], unmasked);
        }

        packet = new PacketView(scratch[..headerSize], datagram[headerSize..]);
        error = CheckRest(packet, header[PacketLimits.StaticHeaderSize..]);
        return error == PacketError.None;
    }

    private static PacketError CheckStaticHeader(ReadOnlySpan<byte> header, out int authDataSize)
    {
        authDataSize = BinaryPrimitives.ReadUInt16BigEndian(header[PacketLayout.AuthDataSizeOffset..]);
        if (!header.StartsWith(PacketLayout.ProtocolId))
            return PacketError.ProtocolId;
        if (BinaryPrimitives.ReadUInt16BigEndian(header[PacketLayout.VersionOffset..]) != PacketLayout.Version)
            return PacketError.Version;
        return (PacketFlag)header[PacketLayout.FlagOffset] switch
        {
            PacketFlag.Message => Sized(authDataSize == PacketLimits.MessageAuthDataSize),
            PacketFlag.WhoAreYou => Sized(authDataSize == PacketLimits.WhoAreYouAuthDataSize),
            PacketFlag.Handshake => Sized(
                authDataSize is >= PacketLimits.MinHandshakeAuthDataSize and <= PacketLimits.MaxHandshakeAuthDataSize),
            _ => PacketError.Flag,
        };

        static PacketError Sized(bool isRight) => isRight ? PacketError.None : PacketError.AuthDataSize;
    }

    private static PacketError CheckRest(in PacketView packet, ReadOnlySpan<byte> authData)
    {
        bool isWhoAreYou = packet.Flag == PacketFlag.WhoAreYou;
        if (isWhoAreYou ? !packet.Message.IsEmpty : packet.Message.Length < PacketLimits.TagSize)
            return PacketError.MessageSize;
        if (packet.Flag == PacketFlag.Handshake
            && (authData[NodeId.Size] != PacketLimits.IdSignatureSize || authData[NodeId.Size + 1] != PacketLimits.EphemeralKeySize))
            return PacketError.HandshakeSizes;
        return PacketError.None;
    }
}
