using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The snappy block format, as the data of a gossip message.</summary>
internal sealed class SnappyBlockCodec : FuzzCodec
{
    private const int MaxDecoded = 1 << 20;

    private byte[]? _decoded;
    private byte[] _data = [];

    public override string Name => "snappy-block";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [SnappyBlock.Encode([]), SnappyBlock.Encode(new byte[1_000]), SnappyBlock.Encode("abcabcabcabcabcdefdefdefdef".Utf8()), SnappyBlock.Encode(new Random(1).Bytes(300))];

    public override bool HasOneLength => true;

    // An honest expansion is allowed, a declared one is not believed (attack-cases.md row 1); besides it an array's head and who follows.
    public override long AllocationBudget(int length) => 128 + PayloadLimits.MaxSnappyExpansion(length);

    public override bool TryDecode(byte[] input) => FollowedSnappy.TryDecode(input, MaxDecoded, out _decoded);

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] buffer = new byte[_decoded!.Length];
        return !SnappyBlock.TryDecode(input, buffer, out int length) || length != buffer.Length || !buffer.AsSpan().SequenceEqual(_decoded) ? "into a buffer it is another"
            : !FollowedSnappy.TryDecode(SnappyBlock.Encode(_decoded), MaxDecoded, out byte[]? again) || !again.AsSpan().SequenceEqual(_decoded) ? "encoded again it is another"
            : !IronSnappy.Snappy.Decode(input).AsSpan().SequenceEqual(_decoded) ? "another decoder makes something else of it"
            : null;
    }

    public override byte[] Generate(Random random)
    {
        byte[] data = random.Bytes(random.Next(2_000));
        for (int at = 8; at < data.Length; at++)
        {
            data[at] = random.Next(3) == 0 ? data[at] : data[at - random.Next(1, 8)];
        }

        _data = data;
        return SnappyBlock.Encode(data);
    }

    public override string? FindLoss(byte[] generated) => _decoded.AsSpan().SequenceEqual(_data) ? null : "it is other data";

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);
}
