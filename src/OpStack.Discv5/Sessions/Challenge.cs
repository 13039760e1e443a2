using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Sessions;

/// <summary>A WHOAREYOU we sent and wait to see answered. Immutable.</summary>
internal sealed class Challenge
{
    private readonly byte[] _data = new byte[PacketLimits.ChallengeDataSize];

    /// <summary>Makes a challenge; its packet is written by <see cref="Write"/>.</summary>
    /// <param name="remote">Whom it asks.</param>
    /// <param name="requestNonce">The nonce of the packet that could not be decrypted.</param>
    /// <param name="knownRecord">The record we have of the node, or null.</param>
    /// <param name="maskingIv">16 random bytes.</param>
    /// <param name="idNonce">16 random bytes that must not be guessed.</param>
    /// <param name="expiresAt">When it counts no more.</param>
    internal Challenge(
        NodeAddress remote, PacketNonce requestNonce, Enr? knownRecord, ReadOnlySpan<byte> maskingIv, ReadOnlySpan<byte> idNonce,
        TimeSpan expiresAt)
    {
        Remote = remote;
        KnownRecord = knownRecord;
        ExpiresAt = expiresAt;
        PacketWriter.WriteChallengeData(_data, maskingIv, requestNonce, idNonce, knownRecord?.Sequence ?? 0);
    }

    /// <summary>Whom it asks.</summary>
    internal NodeAddress Remote { get; }

    /// <summary>The record we had of the node.</summary>
    internal Enr? KnownRecord { get; }

    /// <summary>From when on it counts no more.</summary>
    internal TimeSpan ExpiresAt { get; }

    /// <summary>The packet unmasked, 63 bytes: what both sides derive keys and proof from.</summary>
    internal ReadOnlySpan<byte> Data => _data;

    /// <summary>Writes the packet, 63 bytes; the same each time.</summary>
    internal int Write(Span<byte> destination) => PacketWriter.WriteWhoAreYou(destination, Remote.NodeId, _data);
}
