using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.Libp2p.Protobuf;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A DIAL of AutoNAT.</summary>
internal sealed class AutoNatCodec : FuzzCodec
{
    private AutoNatDial? _dial;
    private PeerId? _peer;
    private Multiaddr[] _addresses = [];

    public override string Name => "autonat";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Dial(new Random(1).Peer(), Addresses(new Random(1), 1)), Dial(new Random(2).Peer(), Addresses(new Random(2), 5))];

    public override int MaxLength => AutoNatLimits.MaxMessage;

    // An address of a few bytes is an object with a table of its parts.
    public override long AllocationBudget(int length) => FixedBudget + (160L * length);

    public override bool TryDecode(byte[] input) => AutoNatMessage.TryReadDial(input, out _dial);

    public override string? FindBrokenProperty(byte[] input) =>
        _dial!.Addresses.Count > input.Length / 3 ? "more addresses than there were bytes for"
        : _dial.Addresses.Exists(address => !Multiaddr.TryDecode(address.Bytes.Span, out _)) ? "an address is none"
        : null;

    public override byte[] Generate(Random random)
    {
        (_peer, _addresses) = (random.Peer(), Addresses(random, random.Next(8)));
        return Dial(_peer, _addresses);
    }

    public override string? FindLoss(byte[] generated) =>
        Equals(_dial!.Id, _peer) && _dial.Addresses.SequenceEqual(_addresses) ? null : "it is another peer, or one with other addresses";

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);

    private static Multiaddr[] Addresses(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Multiaddr.Parse($"/ip4/203.0.113.{random.Next(256)}/tcp/{random.Next(1, 65_536)}"))];

    private static byte[] Dial(PeerId id, Multiaddr[] addresses)
    {
        byte[] peer = new byte[1_000];
        ProtobufWriter inner = new(peer);
        inner.WriteBytes(1, id.Bytes.Span);
        foreach (Multiaddr address in addresses)
        {
            inner.WriteBytes(2, address.Bytes.Span);
        }

        byte[] message = new byte[1_100];
        ProtobufWriter writer = new(message);
        writer.WriteVarint(1, 0);
        writer.WriteHeader(2, 3 + inner.Written - (inner.Written < 128 ? 1 : 0));
        writer.WriteBytes(1, peer.AsSpan(0, inner.Written));
        return message[..writer.Written];
    }
}
