using OpStack.P2P.Sync;

namespace OpStack.P2P.Tests.Sync;

/// <summary>Answers as bytes.</summary>
internal static class SyncWire
{
    /// <summary>What a server sends for a block, as op-node does.</summary>
    public static byte[] Answer(OpNetworkPayloadEnvelope block) => Answer(block.Version >= PayloadVersion.V3 ? 1U : 0, block.Body.Span);

    /// <summary>Success, a version of choice, and anything as framed snappy.</summary>
    public static byte[] Answer(uint version, ReadOnlySpan<byte> body) => [0, .. BitConverter.GetBytes(version), .. Frames(body)];

    public static byte[] Frames(ReadOnlySpan<byte> data)
    {
        byte[] buffer = new byte[SyncLimits.ReadSize];
        List<byte> frames = [.. buffer[..SnappyFrameWriter.WriteIdentifier(buffer)]];
        for (int at = 0; at < data.Length; at += SnappyFrames.MaxPieceLength)
        {
            ReadOnlySpan<byte> piece = data[at..Math.Min(data.Length, at + SnappyFrames.MaxPieceLength)];
            frames.AddRange(buffer[..SnappyFrameWriter.WritePiece(piece, buffer)]);
        }

        return [.. frames];
    }

    public static byte[] Chunk(byte type, ReadOnlySpan<byte> body) => [type, (byte)body.Length, (byte)(body.Length >> 8), (byte)(body.Length >> 16), .. body];

    /// <summary>Reads an answer as the client does, in pieces of a size of choice.</summary>
    public static SyncAnswer Read(RollupConfig config, ulong number, byte[] answer, int pieces = int.MaxValue)
    {
        ResponseReader reader = new();
        foreach (byte[] piece in answer.Chunk(Math.Max(1, Math.Min(pieces, answer.Length))))
        {
            if (!reader.Add(piece))
            {
                break;
            }
        }

        SyncFault fault = reader.Finish(out uint version, out byte[] payload);
        OpNetworkPayloadEnvelope? envelope = null;
        if (fault == SyncFault.None)
        {
            fault = PayloadCheck.Check(config, number, version, payload, out envelope);
        }

        return new SyncAnswer(fault, envelope);
    }
}
