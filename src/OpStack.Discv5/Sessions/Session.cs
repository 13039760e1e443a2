using OpStack.Discv5.Packets;

namespace OpStack.Discv5.Sessions;

/// <summary>
/// A session with one node at one endpoint: the keys, and beside them the ones before. When both sides shake hands at once, or a handshake
/// of ours gets lost, the peer still sends under the old keys; a message that only they open makes them the current ones again (as sigp
/// does). Owns its keys. Not for use by several threads at once.
/// </summary>
internal sealed class Session : IDisposable
{
    private SessionKeys _keys;
    private SessionKeys? _oldKeys;

    /// <summary>Takes ownership of the keys.</summary>
    internal Session(NodeAddress remote, SessionKeys keys, TimeSpan now)
    {
        Remote = remote;
        _keys = keys;
        EstablishedAt = now;
    }

    /// <summary>Whom it is with.</summary>
    internal NodeAddress Remote { get; }

    /// <summary>When the last handshake was.</summary>
    internal TimeSpan EstablishedAt { get; private set; }

    /// <summary>Puts new keys in place and keeps the ones until now as the old; takes ownership.</summary>
    internal void Rekey(SessionKeys keys, TimeSpan now)
    {
        _oldKeys?.Dispose();
        (_oldKeys, _keys) = (_keys, keys);
        EstablishedAt = now;
    }

    /// <summary>Opens a message with the current keys, or else with the old ones, which are then current.</summary>
    /// <param name="packet">A message packet from <see cref="Remote"/>.</param>
    /// <param name="plaintext">Room for the message less 16 bytes.</param>
    /// <param name="written">Bytes of plaintext.</param>
    internal bool TryDecrypt(in PacketView packet, Span<byte> plaintext, out int written)
    {
        if (_keys.Receive.TryDecrypt(packet.Nonce, packet.Message, packet.AssociatedData, plaintext, out written))
            return true;
        if (_oldKeys is null
            || !_oldKeys.Receive.TryDecrypt(packet.Nonce, packet.Message, packet.AssociatedData, plaintext, out written))
            return false;
        (_keys, _oldKeys) = (_oldKeys, _keys);
        return true;
    }

    /// <summary>
    /// Writes a message packet under the current keys. False when their nonces are used up: the session is then to be dropped.
    /// </summary>
    /// <param name="local">Our id.</param>
    /// <param name="maskingIv">16 random bytes.</param>
    /// <param name="nonceRandom">The random part of the nonce.</param>
    /// <param name="message">The encoded message.</param>
    /// <param name="destination">Room for the packet; 1280 bytes are always enough.</param>
    /// <param name="written">Length of the packet.</param>
    /// <param name="nonce">Its nonce, by which a WHOAREYOU would name it.</param>
    internal bool TryEncrypt(
        NodeId local, ReadOnlySpan<byte> maskingIv, ulong nonceRandom, ReadOnlySpan<byte> message, Span<byte> destination,
        out int written, out PacketNonce nonce)
    {
        written = 0;
        if (!_keys.TryNextNonce(nonceRandom, out nonce))
            return false;
        written = PacketWriter.WriteMessage(destination, Remote.NodeId, local, maskingIv, nonce, _keys.Send, message);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _oldKeys?.Dispose();
    }
}
