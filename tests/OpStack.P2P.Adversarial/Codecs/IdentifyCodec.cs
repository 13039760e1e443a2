using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>One identify message, with the signed record in it.</summary>
internal sealed class IdentifyCodec : FuzzCodec
{
    private static readonly KeyPair Key = RandomValues.Secp256k1Key;

    private IdentifyMessage _message = new(Key.PeerId);

    public override string Name => "identify";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Content(new Random(1), withRecord: true), Content(new Random(2), withRecord: false)];

    // An address of a few bytes is an object with a table of its parts; protocols are strings.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (160L * length);

    public override bool TryDecode(byte[] input)
    {
        _message = new IdentifyMessage(Key.PeerId);
        if (!_message.TryMerge(input))
        {
            return false;
        }

        _message.Complete();
        return true;
    }

    // Said again as we say it, it is read as the same.
    public override string? FindBrokenProperty(byte[] input)
    {
        IdentifyInfo info = _message.ToInfo(null);
        byte[] encoded = Said(info, record: null).Encode();
        IdentifyMessage again = new(Key.PeerId);
        if (!again.TryMerge(encoded))
        {
            return "said again it is refused";
        }

        IdentifyInfo read = again.ToInfo(null);
        bool isCut = encoded.Length > IdentifyLimits.MaxSentMessage - MultiformatsLimits.MaxMultiaddrBytes;
        return isCut || (read.AgentVersion == info.AgentVersion && read.ProtocolVersion == info.ProtocolVersion && Equals(read.ObservedAddress, info.ObservedAddress)
            && read.Protocols.SequenceEqual(info.Protocols) && read.ListenAddresses.SequenceEqual(info.ListenAddresses))
            ? null
            : "said again it is another";
    }

    public override byte[] Generate(Random random) => Content(random, random.Next(8) == 0);

    public override string? FindLoss(byte[] generated)
    {
        IdentifyInfo info = _message.ToInfo(null);
        return Difference(Said(info, info.SignedPeerRecord.IsEmpty ? null : info.SignedPeerRecord).Encode(), generated);
    }

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);

    private static IdentifyContent Said(IdentifyInfo info, ReadOnlyMemory<byte>? record) => new(
        Key.PublicKey.Encoded, [.. info.ListenAddresses], [.. info.Protocols], info.ObservedAddress, info.ProtocolVersion, info.AgentVersion, record);

    private static byte[] Content(Random random, bool withRecord)
    {
        Multiaddr[] addresses = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Multiaddr.Parse($"/ip4/10.0.0.{random.Next(256)}/tcp/{random.Next(65_536)}"))];
        return new IdentifyContent(
            Key.PublicKey.Encoded,
            addresses,
            [.. Enumerable.Range(0, random.Next(5)).Select(_ => $"/{random.Word(random.Next(1, 20))}/1.0.0")],
            random.Next(2) == 0 ? null : Multiaddr.Parse("/ip4/203.0.113.7/tcp/9222"),
            "ipfs/0.1.0",
            $"agent/{random.Word(random.Next(1, 30))}",
            withRecord ? PeerRecord.Seal(Key, (ulong)random.NextInt64(), addresses) : null).Encode();
    }
}
