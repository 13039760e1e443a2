using OpStack.Libp2p.Yamux;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The 12-byte header of a yamux frame; what follows it is the session's.</summary>
internal sealed class YamuxHeaderCodec : FuzzCodec
{
    private YamuxHeader _header;

    public override string Name => "yamux-header";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. from type in Enum.GetValues<YamuxFrameType>()
           from flags in new[] { YamuxFlags.None, YamuxFlags.Syn, YamuxFlags.All }
           select Write(new YamuxHeader(type, flags, 3, 262_144)),
    ];

    public override long AllocationBudget(int length) => 0;

    public override bool TryDecode(byte[] input) => YamuxHeader.TryRead(input, out _header, out _);

    public override string? FindBrokenProperty(byte[] input) =>
        Write(_header).AsSpan().SequenceEqual(input.AsSpan(0, YamuxHeader.Size)) ? null : "written again it is not the same";

    public override byte[] Generate(Random random) => Write(new YamuxHeader(
        (YamuxFrameType)random.Next(4), (YamuxFlags)random.Next(16), (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32)));

    public override string? FindLoss(byte[] generated) => FindBrokenProperty(generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);

    private static byte[] Write(YamuxHeader header)
    {
        byte[] bytes = new byte[YamuxHeader.Size];
        header.Write(bytes);
        return bytes;
    }
}
