using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>The full libp2p transcript of wire.md section 4, and what each side makes of identities.</summary>
public class NoiseHandshakeTests
{
    private const string Wire0 = "0020358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254";
    private const string Wire1 =
        "00df64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a816d6e8346d4ea17a6f2a0bb4ef4ed56c133c"
        + "ff4560a34e36ea82109f26cf2e5a5caf992b8b4cc7d45b044ad54314bcd827ed455951a0040dc35e00b99bd8e600400c8f3f83f272e2fbd90cba112370736da5"
        + "bb0c116e1b059fb025b1ea1dd848451b139912b4a28b0fdf4109c17ff52478e0635837665c9254a8a929a5df22bc1466c3dc994e88911fe5b07058bddf88c4c3"
        + "08fed7199c85d42255e3b6f02990ad4e78a2cfd5e4a2ac5c99ce3405a9c200ea55";
    private const string Wire2 =
        "00b887f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d98b16f625daaa1c7322f507d0932e424e02320cd7b9b479fd98c480fafdd6"
        + "1f5e93858f566ed8b6e39a20b486d45185eb32978db15c655ce1de6fbbdffb953a0c39f0b45a87a12bdc01aee67172c64b22b78e1170970225393bcdaf4d88e5"
        + "02fc1b160fd8ebc2f9bab60db8d2f09cc148c20dbe810831018a8cbc9debef6fdb1c510dfc961b06f8a7ea43aff2577f1b57c955fafe699b27dc";
    private const string PayloadR =
        "0a2508021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca991246304402200c72cd7e6df0086d4668ea2b51d614360827f5"
        + "2427cfdabdf39fae8005da0b7b02207f1fdff93cbbbbe05f57be5236db2079bb2e09d4067029bb21ee92ab9421475b220e120c2f79616d75782f312e302e30";
    private const string PayloadI =
        "0a24080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e1240a0381ec5f8954ac607c1059e453ca7d6bf2456009e8b7c26"
        + "2b06a418f3685dfc951b443e04084e41bbc282b6387462059ee65bc28d5b286d804a25f5c0916507220e120c2f79616d75782f312e302e30";

    private static readonly PeerId InitiatorId = PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
    private static readonly PeerId ResponderId = PeerId.Parse("16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY");

    [Fact]
    public void The_static_keys_are_vouched_for_as_in_the_transcript()
    {
        using KeyPair i = NoiseTestKeys.InitiatorIdentity, r = NoiseTestKeys.ResponderIdentity;
        using NoiseStaticKey initiator = NoiseStaticKey.Create(NoiseTestKeys.InitiatorStatic, i);
        using NoiseStaticKey responder = NoiseStaticKey.Create(NoiseTestKeys.ResponderStatic, r);
        Assert.Equal("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f", Convert.ToHexStringLower(initiator.PublicKey));
        Assert.Equal("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c", Convert.ToHexStringLower(responder.PublicKey));
        Assert.Equal(PayloadI, Convert.ToHexStringLower(initiator.Payload.Span));
        Assert.Equal(PayloadR, Convert.ToHexStringLower(responder.Payload.Span));
    }

    [Fact]
    public void The_transcript_is_reproduced_and_both_sides_learn_who_the_other_is()
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(expected: ResponderId), responder = NoiseTestKeys.Responder();
        Exchange(initiator, responder, Wire0);
        Exchange(responder, initiator, Wire1);
        Assert.Equal(ResponderId, initiator.RemotePeerId);
        Assert.Null(responder.RemotePeerId);
        Exchange(initiator, responder, Wire2);
        Assert.True(initiator.IsFinished && responder.IsFinished);
        Assert.Equal(InitiatorId, responder.RemotePeerId);
        Assert.Equal(KeyType.Ed25519, responder.RemotePublicKey!.Type);
        Assert.Equal(KeyType.Secp256k1, initiator.RemotePublicKey!.Type);
        Assert.Equal("/yamux/1.0.0", initiator.NegotiatedMuxer);
        Assert.Equal("/yamux/1.0.0", responder.NegotiatedMuxer);

        (NoiseCipherState send, NoiseCipherState receive) = initiator.Split();
        using (send)
        using (receive)
        {
            byte[] message = new byte[31];
            Assert.True(send.TrySeal([], "yellowsubmarine"u8, message));
            Assert.Equal("a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6", Convert.ToHexStringLower(message));
            byte[] text = new byte[15];
            Assert.True(receive.TryOpen(
                [], Convert.FromHexString("2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521"), text));
            Assert.Equal("submarineyellow"u8, text);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "19")]
    public void Another_identity_than_the_expected_one_is_refused(bool byInitiator)
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(expected: byInitiator ? InitiatorId : ResponderId);
        using NoiseHandshake responder = NoiseTestKeys.Responder(expected: byInitiator ? InitiatorId : ResponderId);
        NoiseHandshake refuser = byInitiator ? initiator : responder;
        NoiseTestKeys.Carry(initiator, responder);
        Assert.Equal(!byInitiator, NoiseTestKeys.Carry(responder, initiator));
        if (!byInitiator)
        {
            Assert.False(NoiseTestKeys.Carry(initiator, responder));
        }

        AssertRefused(refuser, NoiseHandshakeError.PeerIdMismatch);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("220e120c2f79616d75782f312e302e30", "/yamux/1.0.0")]
    [InlineData("2200", null)]
    [InlineData("220f120d2f6d706c65782f362e372e3030", null)]
    [InlineData("220812062f6d706c6578220e120c2f79616d75782f312e302e30", "/yamux/1.0.0")]
    [InlineData("220e0a0c2f79616d75782f312e302e30", null)]
    [InlineData("1a03616263", null)]
    public void The_muxer_comes_from_the_extension_and_field_3_is_passed_over(string rest, string? muxer)
    {
        string without = PayloadR[..^"220e120c2f79616d75782f312e302e30".Length];
        using NoiseStaticKey key = new(NoiseTestKeys.ResponderStatic, Convert.FromHexString(without + rest));
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder(key);
        Assert.True(NoiseTestKeys.Carry(initiator, responder));
        Assert.True(NoiseTestKeys.Carry(responder, initiator));
        Assert.Equal(muxer, initiator.NegotiatedMuxer);
        Assert.Equal(ResponderId, initiator.RemotePeerId);
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    internal void Fresh_keys_of_either_kind_prove_themselves(KeyType type)
    {
        using KeyPair identity = type == KeyType.Ed25519 ? KeyPair.GenerateEd25519() : KeyPair.GenerateSecp256k1();
        using NoiseStaticKey key = NoiseStaticKey.Generate(identity), other = NoiseStaticKey.Generate(identity);
        Assert.False(key.PublicKey.SequenceEqual(other.PublicKey));
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(expected: identity.PeerId), responder = NoiseTestKeys.Responder(key);
        Assert.True(NoiseTestKeys.Carry(initiator, responder));
        Assert.True(NoiseTestKeys.Carry(responder, initiator));
        Assert.Equal(identity.PeerId, initiator.RemotePeerId);
    }

    [Fact]
    public void A_disposed_static_key_takes_part_in_no_handshake()
    {
        NoiseStaticKey key = new(NoiseTestKeys.ResponderStatic, []);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => NoiseTestKeys.Responder(key));
    }

    internal static void AssertRefused(NoiseHandshake handshake, NoiseHandshakeError error)
    {
        Assert.Equal(error, handshake.Error);
        Assert.Null(handshake.RemotePeerId);
        Assert.Null(handshake.RemotePublicKey);
        Assert.Null(handshake.NegotiatedMuxer);
        Assert.False(handshake.IsFinished);
        Assert.False(handshake.IsOurTurn);
        Assert.Throws<InvalidOperationException>(() => handshake.Split());
        Assert.Throws<InvalidOperationException>(() => handshake.TryRead(new byte[96]));
        Assert.Throws<InvalidOperationException>(() => handshake.TryWrite(new byte[NoiseHandshake.MaxMessage], out _));
    }

    private static void Exchange(NoiseHandshake from, NoiseHandshake to, string wire)
    {
        byte[] message = NoiseTestKeys.Write(from);
        Assert.Equal(wire, Convert.ToHexStringLower([(byte)(message.Length >> 8), (byte)message.Length, .. message]));
        Assert.True(to.TryRead(message));
    }
}
