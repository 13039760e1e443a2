using System.Net;
using OpStack.Discv5.Messages;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A decrypted message of discv5, of every type.</summary>
internal sealed class Discv5MessageCodec : FuzzCodec
{
    private Message? _message;

    public override string Name => "discv5-message";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(0, 6).Select(type => Written(Make(new Random(type), type)))];

    public override bool HasOneLength => true;

    public override int MaxLength => 1_280;

    // Records: those of an answer are read and kept.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (32L * length);

    public override bool TryDecode(byte[] input) => MessageReader.TryRead(input, out _message, out _);

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] again = Written(_message!);

        // Not written as they came: records that are none, a total of 0 (both passed over), and the recipient of a PONG, which may be shorter.
        return again.AsSpan().SequenceEqual(input) || _message is Nodes { InvalidRecords: > 0 } ? null
            : _message is Nodes { Total: 1 } or Pong && MessageReader.TryRead(again, out Message? read, out _) && Written(read).AsSpan().SequenceEqual(again) ? null
            : "written again it is another";
    }

    public override byte[] Generate(Random random) => Written(Make(random, random.Next(6)));

    public override string? FindLoss(byte[] generated) => Difference(Written(_message!), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => [valid[0], .. RlpEdits.Mutate(random, valid[1..])];

    private static Message Make(Random random, int type)
    {
        RequestId id = RequestId.TryCreate(random.Bytes(random.Next(1, 9)), out RequestId made) ? made : RequestId.FromRandom((ulong)random.NextInt64());
        return type switch
        {
            0 => new Ping(id, (ulong)random.NextInt64()),
            1 => new Pong(id, (ulong)random.NextInt64(), new IPEndPoint(new IPAddress(random.Bytes(random.OneOf(4, 16))), random.Next(1, 65_536))),
            2 => new FindNode(id, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(257))]),
            3 => new Nodes(id, random.Next(1, 5), [.. EnrCodec.Records.Take(random.Next(3))]),
            4 => new TalkRequest(id, random.Bytes(random.Next(1, 20)), random.Bytes(random.Next(200))),
            _ => new TalkResponse(id, random.Bytes(random.Next(200))),
        };
    }

    private static byte[] Written(Message message)
    {
        byte[] bytes = new byte[message.EncodedLength];
        message.Write(bytes);
        return bytes;
    }
}
