using OpStack.Libp2p.Noise;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The protobuf message within the noise handshake.</summary>
internal sealed class NoisePayloadCodec : FuzzCodec
{
    private byte[] _key = [];
    private byte[] _signature = [];

    public override string Name => "noise-payload";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [NoiseHandshakePayload.Encode(RandomValues.Secp256k1Key.PublicKey.Encoded.Span, new byte[71]), NoiseHandshakePayload.Encode([], [])];

    // The copies that this test keeps.
    public override long AllocationBudget(int length) => 96 + (2L * length);

    public override bool TryDecode(byte[] input)
    {
        if (!NoiseHandshakePayload.TryRead(input, out NoiseHandshakePayload payload, out _))
        {
            return false;
        }

        _key = payload.IdentityKey.ToArray();
        _signature = payload.IdentitySignature.ToArray();
        return true;
    }

    public override string? FindBrokenProperty(byte[] input) =>
        NoiseHandshakePayload.TryRead(NoiseHandshakePayload.Encode(_key, _signature), out NoiseHandshakePayload again, out _)
        && again.IdentityKey.SequenceEqual(_key) && again.IdentitySignature.SequenceEqual(_signature) && again.OffersMuxer
            ? null
            : "encoded again it is another";

    public override byte[] Generate(Random random) => NoiseHandshakePayload.Encode(random.Bytes(random.Next(60)), random.Bytes(random.Next(80)));

    public override string? FindLoss(byte[] generated) => Difference(NoiseHandshakePayload.Encode(_key, _signature), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);
}
