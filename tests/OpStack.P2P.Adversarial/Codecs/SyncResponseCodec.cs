using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Sync;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>An answer of the sync protocol: code, version, framed snappy. It comes in pieces, as from a socket.</summary>
internal sealed class SyncResponseCodec : FuzzCodec
{
    private const int Piece = 100;

    private byte[] _payload = [];
    private byte[] _sent = [];

    public override string Name => "sync-response";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Response([]), Response(new byte[1_000]), Response(new Random(1).Bytes(300)), Response(new byte[70_000])];

    public override int MaxLength => 80_000;

    // A chunk's body, at most 75 KiB, is allocated by its header, and room for what it may hold, 64 KiB; grown by doubling.
    public override long AllocationBudget(int length) =>
        FixedBudget + SnappyFrames.MaxDataLength + (3L * SnappyFrames.MaxPieceLength) + (length / (SnappyFrames.HeaderSize + SnappyFrames.ChecksumSize) * SnappyFrames.MaxDataLength);

    public override bool TryDecode(byte[] input)
    {
        ResponseReader reader = new();
        for (int at = 0; at < input.Length && reader.Add(input.AsSpan(at, Math.Min(Piece, input.Length - at))); at += Piece)
        {
            // Add says when it has enough.
        }

        return reader.Finish(out _, out _payload) == SyncFault.None;
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] payload = _payload;
        return TryDecode(Response(payload)) && _payload.AsSpan().SequenceEqual(payload) ? null : "sent again it is another";
    }

    public override byte[] Generate(Random random) => Response(_sent = random.Next(2) == 0 ? random.Bytes(random.Next(500)) : new byte[random.Next(2_000)]);

    public override string? FindLoss(byte[] generated) => _payload.AsSpan().SequenceEqual(_sent) ? null : "it is another payload";

    protected override byte[] MutateStructure(Random random, byte[] valid) => random.Next(2) == 0
        ? NumberEdits.Mutate(random, valid)
        : NumberEdits.MutateAt(random, valid, random.Next(Math.Min(24, valid.Length - 4)), random.OneOf(1, 3, 4), littleEndian: true);

    private static byte[] Response(byte[] payload)
    {
        byte[] buffer = new byte[SyncProtocol.HeaderSize + 16 + (2 * payload.Length) + 1_000];
        SyncProtocol.WriteHeader(PayloadVersion.V4, buffer);
        int length = SyncProtocol.HeaderSize;
        length += SnappyFrameWriter.WriteIdentifier(buffer.AsSpan(length));
        for (int at = 0; at < payload.Length; at += SnappyFrames.MaxPieceLength)
        {
            length += SnappyFrameWriter.WritePiece(payload.AsSpan(at, Math.Min(SnappyFrames.MaxPieceLength, payload.Length - at)), buffer.AsSpan(length));
        }

        return buffer[..length];
    }
}
