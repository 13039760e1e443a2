using System.Buffers;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A gossipsub RPC of any version, without its length prefix.</summary>
internal sealed class GossipRpcCodec : FuzzCodec
{
    private const string Topic = "/optimism/10/0/blocks";

    private static readonly TopicTable Topics = new([Topic, "/optimism/10/1/blocks"]);
    private static readonly PeerId Peer = PeerId.Parse("16Uiu2HAm9VAyVeTAgz3Zg82NPNUamKDuQwJv9jVfFRv83h7uQAyF");

    private GossipRpc _rpc = new();

    public override string Name => "gossip-rpc";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Full(), Control(new Random(7)), WithMessage(Topic, [1, 2, 3, 4])];

    // Every id takes 32 bytes of the frame at most and 40 of memory, every entry of a list is an object; the least entry has four bytes.
    public override long AllocationBudget(int length) => FixedBudget + (64L * length);

    public override bool TryDecode(byte[] input) => RpcReader.TryRead(input, Topics, out _rpc, out _);

    // What we write of what we read, read again, is the same: messages are not written by the writer, foreign topics are not kept.
    public override string? FindBrokenProperty(byte[] input)
    {
        if (_rpc.Publish.Exists(entry => entry.DataOffset < 0 || entry.DataLength < 0 || entry.DataOffset > input.Length - entry.DataLength))
        {
            return "a message lies outside the frame";
        }

        byte[] once = Describe(_rpc);
        GossipRpc again = new();
        foreach (byte[] frame in Frames(once))
        {
            if (!RpcReader.TryRead(frame, Topics, out GossipRpc part, out RpcError error))
            {
                return $"what is written of it is refused: {error}";
            }

            Append(again, part);
        }

        return Describe(again).AsSpan().SequenceEqual(once) ? null : "written and read again it is not the same";
    }

    public override byte[] Generate(Random random) => random.Next(4) switch
    {
        0 => WithMessage(Topic, random.Bytes(random.Next(200))),
        1 => [.. Control(random), .. WithMessage(Topic, random.Bytes(random.Next(200)))],
        _ => Control(random),
    };

    public override string? FindLoss(byte[] generated) => Difference(
        [
            .. Frames(Describe(_rpc)).SelectMany(frame => frame),
            .. _rpc.Publish.SelectMany(entry => WithMessage(entry.Topic, generated[entry.DataOffset..(entry.DataOffset + entry.DataLength)])),
        ],
        generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => ProtobufEdits.Mutate(random, valid);

    private static byte[] Full() => [.. Control(new Random(3)), .. WithMessage(Topic, [9, 9, 9])];

    private static byte[] WithMessage(string topic, byte[] data)
    {
        GossipFrame frame = GossipFrame.Encode(topic, data);
        byte[] rpc = Frames(frame.Bytes.ToArray()).Single();
        frame.Release();
        return rpc;
    }

    private static byte[] Control(Random random)
    {
        GossipRpc rpc = new() { Subscriptions = { new SubscriptionEntry(Topic, random.Next(2) == 0) }, Graft = { Topic } };
        rpc.IHave.Add(new IHave(Topic, [Id(random), Id(random)]));
        rpc.IWant.Add(Id(random));
        rpc.IDontWant.Add(Id(random));
        rpc.Prune.Add(new Prune(Topic, TimeSpan.FromSeconds(random.Next(1, 3_600)), [new OpStack.Libp2p.Gossipsub.PeerInfo(Peer, random.Next(2) == 0 ? null : random.Bytes(40))]));
        return Frames(Describe(rpc)).Single();
    }

    private static MessageId Id(Random random) => new(random.Bytes(20));

    private static byte[] Describe(GossipRpc rpc)
    {
        ArrayBufferWriter<byte> written = new();
        RpcWriter.Write(rpc, written);
        return written.WrittenSpan.ToArray();
    }

    private static List<byte[]> Frames(byte[] prefixed)
    {
        List<byte[]> frames = [];
        for (ReadOnlySpan<byte> rest = prefixed; Varint.TryRead(rest, out ulong length, out int prefix); rest = rest[(prefix + (int)length)..])
        {
            frames.Add(rest.Slice(prefix, (int)length).ToArray());
        }

        return frames;
    }

    private static void Append(GossipRpc to, GossipRpc part)
    {
        to.Subscriptions.AddRange(part.Subscriptions);
        to.Graft.AddRange(part.Graft);
        to.IHave.AddRange(part.IHave);
        to.IWant.AddRange(part.IWant);
        to.IDontWant.AddRange(part.IDontWant);
        to.Prune.AddRange(part.Prune);
    }
}
