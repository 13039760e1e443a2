using System.Numerics;
using Google.Protobuf;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Tests.Identity;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>Identity keys made to cost time or to let anyone sign (attack-cases.md row 20): refused before a signature is looked at, by either side.</summary>
[Trait("Row", "20")]
public class NoiseHostileKeyTests
{
    public enum HostileKey
    {
        Rsa16384,
        Rsa8193,
        Rsa1024,
        RsaEvenExponent,
        RsaHugeExponent,
        Secp256k1Zero,
        Secp256k1OffTheCurve,
        Secp256k1XEqualsP,
        Ed25519Zero,
        Ed25519Neutral,
        Ed25519OfOrder8,
        Ed25519OffTheCurve,
        EcdsaZero,
    }

    public static TheoryData<HostileKey, bool> Cases
    {
        get
        {
            TheoryData<HostileKey, bool> cases = [];
            foreach (HostileKey key in Enum.GetValues<HostileKey>())
            {
                cases.Add(key, true);
                cases.Add(key, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hostile_identity_key_ends_the_handshake(HostileKey hostile, bool byInitiator)
    {
        byte[] payload = NoiseHandshakePayload.Encode(KeyOf(hostile).ToByteArray(), new byte[2048]);
        using NoiseStaticKey key = new(byInitiator ? NoiseTestKeys.InitiatorStatic : NoiseTestKeys.ResponderStatic, payload);
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(byInitiator ? key : null);
        using NoiseHandshake responder = NoiseTestKeys.Responder(byInitiator ? null : key);
        Assert.True(NoiseTestKeys.Carry(initiator, responder));
        Assert.Equal(byInitiator, NoiseTestKeys.Carry(responder, initiator));
        if (byInitiator)
        {
            Assert.False(NoiseTestKeys.Carry(initiator, responder));
        }

        NoiseHandshakeTests.AssertRefused(byInitiator ? responder : initiator, NoiseHandshakeError.IdentityKey);
    }

    [Fact]
    public void A_handshake_with_an_rsa_key_of_16384_bits_allocates_no_more_than_its_message()
    {
        byte[] payload = NoiseHandshakePayload.Encode(KeyOf(HostileKey.Rsa16384).ToByteArray(), new byte[2048]);
        using NoiseStaticKey key = new(NoiseTestKeys.ResponderStatic, payload);
        byte[][] second = [.. Enumerable.Range(0, 3).Select(_ => SecondMessage(key))];
        NoiseHandshake[] initiators = [.. Enumerable.Range(0, 3).Select(_ => Waiting())];
        int run = 0;
        long allocated = Mutations.AllocatedBy(() => Assert.False(initiators[run].TryRead(second[run++])));
        Assert.InRange(allocated, 1, payload.Length + 1024);
        Array.ForEach(initiators, i => i.Dispose());
    }

    private static NoiseHandshake Waiting()
    {
        NoiseHandshake initiator = NoiseTestKeys.Initiator();
        NoiseTestKeys.Write(initiator);
        return initiator;
    }

    private static byte[] SecondMessage(NoiseStaticKey key)
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder(key);
        Assert.True(NoiseTestKeys.Carry(initiator, responder));
        return NoiseTestKeys.Write(responder);
    }

    private static PublicKeyMessage KeyOf(HostileKey hostile) => hostile switch
    {
        HostileKey.Rsa16384 => Rsa(16_384, 65_537),
        HostileKey.Rsa8193 => Rsa(8193, 65_537),
        HostileKey.Rsa1024 => Rsa(1024, 65_537),
        HostileKey.RsaEvenExponent => Rsa(2048, 65_536),
        HostileKey.RsaHugeExponent => Rsa(8192, (BigInteger.One << 8000) + 1),
        HostileKey.Secp256k1Zero => Key(KeyKind.Secp256K1, new string('0', 66)),
        HostileKey.Secp256k1OffTheCurve => Key(KeyKind.Secp256K1, "02" + new string('0', 62) + "05"),
        HostileKey.Secp256k1XEqualsP => Key(KeyKind.Secp256K1, "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
        HostileKey.Ed25519Zero => Key(KeyKind.Ed25519, new string('0', 64)),
        HostileKey.Ed25519Neutral => Key(KeyKind.Ed25519, "01" + new string('0', 62)),
        HostileKey.Ed25519OfOrder8 => Key(KeyKind.Ed25519, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        HostileKey.Ed25519OffTheCurve => Key(KeyKind.Ed25519, "02" + new string('0', 62)),
        HostileKey.EcdsaZero => Key(KeyKind.Ecdsa, "3059301306072a8648ce3d020106082a8648ce3d03010703420004" + new string('0', 128)),
        _ => throw new ArgumentOutOfRangeException(nameof(hostile)),
    };

    private static PublicKeyMessage Key(KeyKind kind, string hex) => new() { Type = kind, Data = ByteString.CopyFrom(Convert.FromHexString(hex)) };

    private static PublicKeyMessage Rsa(int bits, BigInteger exponent) =>
        new() { Type = KeyKind.Rsa, Data = ByteString.CopyFrom(PublicKeyTests.Spki((BigInteger.One << (bits - 1)) + 1, exponent)) };
}
