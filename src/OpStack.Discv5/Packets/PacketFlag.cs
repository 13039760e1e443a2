namespace OpStack.Discv5.Packets;

/// <summary>The kinds of packet, as on the wire.</summary>
internal enum PacketFlag : byte
{
    /// <summary>A message under session keys, or random bytes to provoke a WHOAREYOU.</summary>
    Message = 0,

    /// <summary>A challenge to prove an identity.</summary>
    WhoAreYou = 1,

    /// <summary>The proof, and the first message under new keys.</summary>
    Handshake = 2,
}
