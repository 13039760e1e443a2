using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The text forms of a peer id: base58, and the CID in any base.</summary>
internal sealed class PeerIdTextCodec : TextCodec
{
    private PeerId? _id;

    public override string Name => "peer-id-text";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        RandomValues.Secp256k1Key.PeerId.ToString().Utf8(), RandomValues.Ed25519Key.PeerId.ToString().Utf8(),
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N".Utf8(), "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe".Utf8(),
    ];

    protected override bool TryParse(string text) => PeerId.TryParse(text, out _id);

    public override string? FindBrokenProperty(byte[] input) =>
        PeerId.TryDecode(_id!.Bytes.Span, out PeerId? decoded) && PeerId.TryParse(decoded.ToString(), out PeerId? again) && again.Equals(_id)
            ? null
            : "written again it is not read as the same";

    public override byte[] Generate(Random random) => (PeerId.TryDecode([0x12, 0x20, .. random.Bytes(32)], out PeerId? id) ? id : random.Peer()).ToString().Utf8();

    public override string? FindLoss(byte[] generated) => Difference(_id!.ToString(), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, 'Q', '1', 'b', 'z');
}
