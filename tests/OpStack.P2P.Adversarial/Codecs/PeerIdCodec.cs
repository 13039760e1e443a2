using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The binary form of a peer id.</summary>
internal sealed class PeerIdCodec : FuzzCodec
{
    private PeerId? _id;

    public override string Name => "peer-id";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        RandomValues.Secp256k1Key.PeerId.Bytes.ToArray(), RandomValues.Ed25519Key.PeerId.Bytes.ToArray(), [0x12, 0x20, .. new byte[32]],
    ];

    public override bool HasOneLength => true;

    public override bool TryDecode(byte[] input) => PeerId.TryDecode(input, out _id);

    public override string? FindBrokenProperty(byte[] input) =>
        !_id!.Bytes.Span.SequenceEqual(input) ? "its bytes are not those read"
        : !PeerId.TryParse(_id.ToString(), out PeerId? again) || !again.Equals(_id) ? "its text is not read as the same"
        : null;

    public override byte[] Generate(Random random) => random.Next(2) == 0 ? [0x12, 0x20, .. random.Bytes(32)] : random.Peer().Bytes.ToArray();

    public override string? FindLoss(byte[] generated) => FindBrokenProperty(generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);
}
