using OpStack.Discv5;
using OpStack.Discv5.Packets;
using OpStack.Primitives;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Discovery;

/// <summary>Packets of nodes without a session, each of which asks for a WHOAREYOU, and to every WHOAREYOU a handshake that proves nothing.</summary>
internal sealed class UdpHandshakes : UdpFlood
{
    public override string Name => "udp-handshakes";

    public override string Row => "53";

    protected override byte[] Make(AttackTarget target, Random random, int number) =>
        number % 2 == 0 ? Message(target, random) : Handshake(target, random);

    protected override byte[]? Answer(AttackTarget target, ReadOnlySpan<byte> answer) => Handshake(target, new Random(answer[0]));

    private static byte[] Message(AttackTarget target, Random random)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        int length = PacketWriter.WriteRandom(
            packet, target.Node, NodeOf(random), Bytes(random, PacketLimits.MaskingIvSize), Nonce(random), Bytes(random, PacketLimits.RandomMessageSize));
        return packet[..length];
    }

    /// <summary>With a signature of the right size and a key that may not even be a point.</summary>
    private static byte[] Handshake(AttackTarget target, Random random)
    {
        byte[] packet = new byte[PacketLimits.MaxSize];
        using MessageCipher cipher = new(Bytes(random, PacketLimits.KeySize));
        byte[] key = Bytes(random, PacketLimits.EphemeralKeySize);
        key[0] = 2;
        HandshakeAuthData handshake = new() { IdSignature = Bytes(random, PacketLimits.IdSignatureSize), EphemeralKey = key };
        int length = PacketWriter.WriteHandshake(
            packet, target.Node, NodeOf(random), Bytes(random, PacketLimits.MaskingIvSize), Nonce(random), handshake, cipher, Bytes(random, 20));
        return packet[..length];
    }

    /// <summary>One of a thousand nodes, so that challenges and handshakes meet.</summary>
    private static NodeId NodeOf(Random random)
    {
        byte[] id = new byte[NodeId.Size];
        new Random(random.Next(1_000)).NextBytes(id);
        return new NodeId(new Hash256(id));
    }

    private static PacketNonce Nonce(Random random) => new((uint)random.Next(), (ulong)random.NextInt64());

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
