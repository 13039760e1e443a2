using System.Net;
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
    private Entries? _entries;

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

    public override byte[] Generate(Random random) => (_entries = Entries.Make(random)).Build().Encoded.ToArray();

    /// <summary>A record of every entry that a node of ours has.</summary>
    public static Enr Full(Random random) => Entries.Make(random).Build();

    public override string? FindLoss(byte[] generated) =>
        _record!.Sequence != _entries!.Sequence ? "its number is another"
        : !Equals(_record.Udp4, _entries.Udp) || !Equals(_record.Tcp4, _entries.Tcp) ? "an endpoint is another"
        : !OpStackEnr.TryGet(_record, out OpStackEnr entry, out _) || entry.ChainId != _entries.ChainId ? "its chain is another"
        : _entries.Key is { } key && (!_record.TryGetBytes(key, out ReadOnlyMemory<byte> value) || !value.Span.SequenceEqual(_entries.Value)) ? "its own entry is another"
        : null;

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

    /// <param name="Sequence">Its number.</param>
    /// <param name="Udp">ip and udp.</param>
    /// <param name="Tcp">ip and tcp.</param>
    /// <param name="ChainId">In its opstack entry.</param>
    /// <param name="Key">Of an entry that nobody knows; null for none.</param>
    /// <param name="Value">That entry.</param>
    private sealed record Entries(ulong Sequence, IPEndPoint Udp, IPEndPoint Tcp, ulong ChainId, string? Key, byte[] Value)
    {
        public static Entries Make(Random random)
        {
            ulong sequence = (ulong)random.Next(1, int.MaxValue);
            IPAddress address = new(random.Bytes(4));
            return new Entries(
                sequence,
                new IPEndPoint(address, random.Next(1, 65_536)),
                new IPEndPoint(address, random.Next(1, 65_536)),
                (ulong)random.Next(1, 100_000),
                random.Next(2) == 0 ? $"x{random.Word(random.Next(20))}" : null,
                random.Bytes(random.Next(20)));
        }

        public Enr Build()
        {
            EnrBuilder builder = new(Sequence);
            builder.SetIp(Udp.Address).SetUdp(Udp.Port).SetTcp(Tcp.Port).Set(OpStackEnr.Key, new OpStackEnr(ChainId, 0).Encode());
            return (Key is null ? builder : builder.Set(Key, Value)).Build(EnrCodec.Key);
        }
    }
}
