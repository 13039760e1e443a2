namespace OpStack.Discv5.Packets;

/// <summary>The authdata of a handshake packet, to be written.</summary>
internal readonly ref struct HandshakeAuthData
{
    /// <summary>The proof of identity, 64 bytes.</summary>
    internal required ReadOnlySpan<byte> IdSignature { get; init; }

    /// <summary>The ephemeral public key, 33 bytes.</summary>
    internal required ReadOnlySpan<byte> EphemeralKey { get; init; }

    /// <summary>Our record, at most 300 bytes; empty when the other side has it.</summary>
    internal ReadOnlySpan<byte> Record { get; init; }

    internal int Size => PacketLimits.HandshakePrefixSize + IdSignature.Length + EphemeralKey.Length + Record.Length;

    internal void Write(NodeId source, Span<byte> destination)
    {
        source.ToHash256().CopyTo(destination);
        destination[NodeId.Size] = checked((byte)IdSignature.Length);
        destination[NodeId.Size + 1] = checked((byte)EphemeralKey.Length);
        Span<byte> rest = destination[PacketLimits.HandshakePrefixSize..];
        IdSignature.CopyTo(rest);
        EphemeralKey.CopyTo(rest[IdSignature.Length..]);
        Record.CopyTo(rest[(IdSignature.Length + EphemeralKey.Length)..]);
    }
}
