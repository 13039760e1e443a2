using OpStack.Libp2p.Noise;
using OpStack.Primitives.Crypto;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>Vectors of flynn/noise (Cacophony), empty prologue and payloads; wire.md section 4.</summary>
public class NoiseXxTests
{
    private const string Message0 = "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254";
    private const string Message1 =
        "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a816d6e8346d4ea17a6f2a0bb4ef4ed56c133cff45"
        + "60a34e36ea82109f26cf2e5a5caf992b608d55c747f615e5a3425a7a19eefb8f";
    private const string Message2 =
        "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d97e5ea11b16f3968710b23a3be3202dc1b5e1ce3c963347491e74f5c0768a9b42";
    private const string InitiatorToResponder = "a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6";
    private const string ResponderToInitiator = "2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521";

    [Fact]
    public void The_handshake_and_both_directions_match_the_vector()
    {
        using NoiseXx initiator = Create(true), responder = Create(false);
        Exchange(initiator, responder, Message0);
        Exchange(responder, initiator, Message1);
        Exchange(initiator, responder, Message2);
        Assert.True(initiator.IsFinished && responder.IsFinished);

        (NoiseCipherState initiatorSends, NoiseCipherState initiatorReceives) = initiator.Split();
        (NoiseCipherState responderSends, NoiseCipherState responderReceives) = responder.Split();
        using (initiatorSends)
        using (initiatorReceives)
        using (responderSends)
        using (responderReceives)
        {
            Transport(initiatorSends, responderReceives, "yellowsubmarine"u8, InitiatorToResponder);
            Transport(responderSends, initiatorReceives, "submarineyellow"u8, ResponderToInitiator);
        }
    }

    [Theory]
    [InlineData("4759d15f0f4cfb9c3cef133e60b44ea3479cae90880a7e71df96f111d78d5953", InitiatorToResponder, "yellowsubmarine")]
    [InlineData("a8b5dce3cef845d63c9671c350eb15cbb50b6c6d5f0d3231d32d711dab1ed191", ResponderToInitiator, "submarineyellow")]
    public void The_transport_keys_seal_as_in_the_vector(string key, string message, string text)
    {
        using NoiseCipherState cipher = new(Convert.FromHexString(key));
        byte[] plaintext = new byte[text.Length];
        Assert.True(cipher.TryOpen([], Convert.FromHexString(message), plaintext));
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(plaintext));
    }

    [Fact]
    public void A_key_of_small_order_ends_the_handshake()
    {
        using NoiseXx responder = Create(false);
        Assert.Equal(NoiseHandshakeError.None, responder.Read(new byte[32], []));
        Assert.False(responder.TryWrite([], new byte[96], out _));
    }

    private static NoiseXx Create(bool initiator)
    {
        byte[] secret = initiator ? NoiseTestKeys.InitiatorStatic : NoiseTestKeys.ResponderStatic;
        byte[] publicKey = new byte[32];
        X25519.DerivePublicKey(secret, publicKey);
        return new NoiseXx(initiator, secret, publicKey, initiator ? NoiseTestKeys.InitiatorEphemeral : NoiseTestKeys.ResponderEphemeral);
    }

    private static void Exchange(NoiseXx from, NoiseXx to, string expected)
    {
        Assert.True(from.IsOurTurn);
        Assert.False(to.IsOurTurn);
        Assert.Equal(expected.Length / 2, from.Overhead);
        byte[] message = new byte[from.Overhead];
        Assert.True(from.TryWrite([], message, out int length));
        Assert.Equal(expected, Convert.ToHexStringLower(message.AsSpan(0, length)));
        Assert.Equal(NoiseHandshakeError.None, to.Read(message, []));
    }

    private static void Transport(NoiseCipherState from, NoiseCipherState to, ReadOnlySpan<byte> plaintext, string expected)
    {
        byte[] message = new byte[plaintext.Length + NoiseLimits.TagSize];
        Assert.True(from.TrySeal([], plaintext, message));
        Assert.Equal(expected, Convert.ToHexStringLower(message));
        byte[] opened = new byte[plaintext.Length];
        Assert.True(to.TryOpen([], message, opened));
        Assert.Equal(plaintext, opened);
    }
}
