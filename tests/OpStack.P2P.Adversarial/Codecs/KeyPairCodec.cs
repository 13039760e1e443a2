using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A private key in libp2p's protobuf form.</summary>
internal sealed class KeyPairCodec : FuzzCodec
{
    private byte[] _encoded = [];
    private PeerId? _peer;

    public override string Name => "key-pair";

    public override IReadOnlyList<byte[]> Seeds { get; } = [RandomValues.Secp256k1Key.Encode(), RandomValues.Ed25519Key.Encode()];

    public override bool TryDecode(byte[] input)
    {
        if (!KeyPair.TryDecode(input, out KeyPair? pair))
        {
            return false;
        }

        using (pair)
        {
            _encoded = pair.Encode();
            _peer = pair.PeerId;
            return true;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        (byte[] encoded, PeerId? peer) = (_encoded, _peer);
        return TryDecode(encoded) && _encoded.AsSpan().SequenceEqual(encoded) && Equals(_peer, peer) ? null : "encoded again it is another";
    }

    public override byte[] Generate(Random random)
    {
        using KeyPair pair = random.Next(2) == 0 ? KeyPair.FromEd25519(random.Bytes(32)) : KeyPair.FromSecp256k1([1, .. random.Bytes(31)]);
        return pair.Encode();
    }

    public override string? FindLoss(byte[] generated) => Difference(_encoded, generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);
}
