using OpStack.Discv5.Records;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A node record. One damaged record in eight is signed again, to get past the signature.</summary>
internal sealed class EnrCodec : FuzzCodec
{
    private static readonly Secp256k1PrivateKey Key = TestBlocks.NewKey(0x33);

    private Enr? _record;

    /// <summary>Records of all that a node of ours puts into one, and of less.</summary>
    public static IReadOnlyList<Enr> Records { get; } = [Full(new Random(1)), new EnrBuilder(1).Build(Key), Full(new Random(2))];

    public override string Name => "enr";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Records.Select(record => record.Encoded.ToArray())];

    public override bool HasOneLength => true;

    public override int MaxLength => 1_024;

    public override bool TryDecode(byte[] input) => Enr.TryDecode(input, out _record);

    public override string? FindBrokenProperty(byte[] input) =>
        !_record!.Encoded.Span.SequenceEqual(input) ? "its bytes are not those read"
        : !Enr.TryParse(_record.ToString(), out Enr? again) || !again.Equals(_record) ? "its text is not read as the same"
        : Touch(_record);

    public override byte[] Generate(Random random) => Full(random).Encoded.ToArray();

    /// <summary>A record of every entry that a node of ours has.</summary>
    public static Enr Full(Random random)
    {
        EnrBuilder builder = new((ulong)random.Next(1, int.MaxValue));
        builder.SetIp(new System.Net.IPAddress(random.Bytes(4))).SetUdp(random.Next(1, 65_536)).SetTcp(random.Next(1, 65_536));
        builder.Set(OpStackEnr.Key, new OpStackEnr((ulong)random.Next(1, 100_000), 0).Encode());
        if (random.Next(2) == 0)
        {
            builder.Set(random.Word(random.Next(1, 20)), random.Bytes(random.Next(20)));
        }

        return builder.Build(Key);
    }

    protected override byte[] MutateStructure(Random random, byte[] valid)
    {
        RlpReader outer = new(valid);
        if (random.Next(8) != 0 || !outer.TryReadList(out RlpReader items) || !items.TrySkip())
        {
            return RlpEdits.Mutate(random, valid);
        }

        byte[] content = valid[^items.Remaining..];
        content = RlpEdits.Mutate(random, content);
        if (content.Length > Enr.MaxSize)
        {
            return content;
        }

        byte[] signature = new byte[Secp256k1Signature.RecoverableSize];
        byte[] hash = new byte[32];
        Enr.HashContent(content, hash);
        Key.SignRecoverable(hash, signature);
        return RlpEdits.OfList([0xb8, Secp256k1Signature.Size, .. signature.AsSpan(0, Secp256k1Signature.Size), .. content]);
    }

    // What of a record is read only when it is asked for.
    private static string? Touch(Enr record) =>
        record.Signature.Length != Secp256k1Signature.Size ? "its signature has another length"
        : record.Udp4 is { Port: 0 } || record.Tcp4 is { Port: 0 } ? "it has an endpoint with port 0"
        : record.ToMultiaddr() is { } address && address.PeerId is null ? "its address names no peer"
        : null;
}
