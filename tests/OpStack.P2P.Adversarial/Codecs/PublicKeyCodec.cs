using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A public key in libp2p's protobuf form, of the four types.</summary>
internal sealed class PublicKeyCodec : FuzzCodec
{
    private static readonly byte[] Signed = [1, 2, 3];

    private PublicKey? _key;
    private byte[] _signature = [];

    public override string Name => "public-key";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        RandomValues.Secp256k1Key.PublicKey.Encoded.ToArray(), RandomValues.Ed25519Key.PublicKey.Encoded.ToArray(), Rsa(), Ecdsa(),
    ];

    // RSA and ECDSA are read by the BCL, which makes objects and big numbers of them.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (32L * length);

    public override bool TryDecode(byte[] input) => PublicKey.TryDecode(input, out _key);

    public override string? FindBrokenProperty(byte[] input) =>
        !PublicKey.TryDecode(_key!.Encoded.Span, out PublicKey? again) ? "encoded again it is refused"
        : !again.Equals(_key) ? "encoded again it is another"
        : _key.Verify(input, new byte[64]) ? "it verifies a signature of zeros"
        : null;

    public override byte[] Generate(Random random)
    {
        using KeyPair key = random.Next(2) == 0 ? KeyPair.FromEd25519(random.Bytes(32)) : KeyPair.FromSecp256k1([1, .. random.Bytes(31)]);
        _signature = key.Sign(Signed);
        return key.PublicKey.Encoded.ToArray();
    }

    public override string? FindLoss(byte[] generated) => _key!.Verify(Signed, _signature) ? Difference(_key.Encoded.Span, generated) : "it does not verify what its private half signed";

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);

    private static byte[] Rsa()
    {
        using System.Security.Cryptography.RSA key = System.Security.Cryptography.RSA.Create(2048);
        return Message(0, key.ExportSubjectPublicKeyInfo());
    }

    private static byte[] Ecdsa()
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return Message(3, key.ExportSubjectPublicKeyInfo());
    }

    private static byte[] Message(ulong type, byte[] data)
    {
        byte[] message = new byte[data.Length + 8];
        Libp2p.Protobuf.ProtobufWriter writer = new(message);
        writer.WriteVarint(1, type);
        writer.WriteBytes(2, data);
        return message[..writer.Written];
    }
}
