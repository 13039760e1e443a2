using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A signed peer record in its envelope. One damaged record in eight is signed again, to get past the signature.</summary>
internal sealed class PeerRecordCodec : FuzzCodec
{
    private const string Domain = "libp2p-peer-record";

    private static readonly KeyPair Key = RandomValues.Secp256k1Key;
    private static readonly byte[] PayloadType = [0x03, 0x01];

    private PeerRecord? _record;
    private ulong _sequence;
    private Multiaddr[] _addresses = [];

    public override string Name => "peer-record";

    public override IReadOnlyList<byte[]> Seeds { get; } = [PeerRecord.Seal(Key, 1, []), PeerRecord.Seal(Key, 2, Addresses(new Random(2), 3)), PeerRecord.Seal(RandomValues.Ed25519Key, 5, [])];

    // Verifying makes big numbers; an address of a few bytes is an object with a table of its parts.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (160L * length);

    public override bool TryDecode(byte[] input) => PeerRecord.TryOpen(input, out _record);

    public override string? FindBrokenProperty(byte[] input)
    {
        if (!_record!.Peer.Equals(Key.PeerId))
        {
            return _record.Peer.Equals(RandomValues.Ed25519Key.PeerId) ? null : "it is signed by nobody's key";
        }

        byte[] again = PeerRecord.Seal(Key, _record.Sequence, _record.Addresses);
        return again.Length > IdentityLimits.MaxEnvelope ? null
            : PeerRecord.TryOpen(again, out PeerRecord? read) && read.Sequence == _record.Sequence && read.Addresses.SequenceEqual(_record.Addresses) ? null
            : "sealed again it is another";
    }

    public override byte[] Generate(Random random)
    {
        (_sequence, _addresses) = ((ulong)random.NextInt64(), Addresses(random, random.Next(5)));
        return PeerRecord.Seal(Key, _sequence, _addresses);
    }

    public override string? FindLoss(byte[] generated) =>
        _record!.Sequence == _sequence && _record.Peer.Equals(Key.PeerId) && _record.Addresses.SequenceEqual(_addresses) ? null : "it is another record";

    protected override byte[] MutateStructure(Random random, byte[] valid)
    {
        if (random.Next(8) != 0 || !SignedEnvelope.TryOpen(valid, Domain, PayloadType, out SignedEnvelope? opened))
        {
            return ProtobufEdits.Mutate(random, valid);
        }

        return SignedEnvelope.Seal(Key, Domain, PayloadType, ProtobufEdits.Mutate(random, opened.Payload.ToArray()));
    }

    private static Multiaddr[] Addresses(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Multiaddr.Parse($"/ip4/10.0.0.{random.Next(256)}/tcp/{random.Next(65_536)}"))];
}
