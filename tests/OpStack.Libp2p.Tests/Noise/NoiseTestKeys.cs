using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>The keys of wire.md section 4: X25519 secrets of the Cacophony vector, identities of the peer-id specification.</summary>
internal static class NoiseTestKeys
{
    public static byte[] InitiatorStatic => Counting(0x00);

    public static byte[] ResponderStatic => Counting(0x01);

    public static byte[] InitiatorEphemeral => Counting(0x20);

    public static byte[] ResponderEphemeral => Counting(0x41);

    /// <summary>The dialer's identity, Ed25519.</summary>
    public static KeyPair InitiatorIdentity => KeyPair.FromEd25519(
        Convert.FromHexString("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"));

    /// <summary>The listener's identity, secp256k1.</summary>
    public static KeyPair ResponderIdentity => KeyPair.FromSecp256k1(
        Convert.FromHexString("53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb"));

    // Signed once: the tests run hundreds of handshakes.
    private static readonly NoiseStaticKey InitiatorKey = Sign(InitiatorStatic, InitiatorIdentity);
    private static readonly NoiseStaticKey ResponderKey = Sign(ResponderStatic, ResponderIdentity);

    public static NoiseHandshake Initiator(NoiseStaticKey? key = null, PeerId? expected = null) =>
        new(true, key ?? InitiatorKey, InitiatorEphemeral, expected);

    public static NoiseHandshake Responder(NoiseStaticKey? key = null, PeerId? expected = null) =>
        new(false, key ?? ResponderKey, ResponderEphemeral, expected);

    /// <summary>Carries one message; the tamperer may change it on the way.</summary>
    public static bool Carry(NoiseHandshake from, NoiseHandshake to, Func<byte[], byte[]>? tamper = null)
    {
        byte[] message = Write(from);
        return to.TryRead(tamper is null ? message : tamper(message));
    }

    public static byte[] Write(NoiseHandshake from)
    {
        byte[] buffer = new byte[NoiseHandshake.MaxMessage];
        Assert.True(from.TryWrite(buffer, out int length));
        return buffer[..length];
    }

    private static NoiseStaticKey Sign(byte[] secret, KeyPair identity)
    {
        using (identity)
        {
            return NoiseStaticKey.Create(secret, identity);
        }
    }

    private static byte[] Counting(int first) => [.. Enumerable.Range(first, 32).Select(i => (byte)i)];
}
