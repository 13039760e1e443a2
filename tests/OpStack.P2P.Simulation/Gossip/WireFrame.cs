using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// One RPC on its way. Between nodes control travels as the object and a message as the shared frame: their codec round trip is the
/// identity, and is tested elsewhere. What a byzantine peer sends travels as bytes, and goes through the codec.
/// </summary>
/// <param name="Control">Subscriptions and control.</param>
/// <param name="Message">A message; the frame carries one reference.</param>
/// <param name="Raw">The protobuf of an RPC, without its length prefix.</param>
/// <param name="Bytes">What it takes on the wire.</param>
internal readonly record struct WireFrame(GossipRpc? Control, GossipFrame? Message, byte[]? Raw, int Bytes)
{
    /// <summary>Gives up the frame's reference.</summary>
    public void Release() => Message?.Release();
}
