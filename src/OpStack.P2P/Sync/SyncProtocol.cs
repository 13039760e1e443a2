using System.Buffers.Binary;

namespace OpStack.P2P.Sync;

/// <summary>The first byte of an answer (op-node sync.go).</summary>
internal enum ResultCode : byte
{
    Success = 0,
    NotFound = 1,
    InvalidRequest = 2,
    UnknownError = 3,
}

/// <summary>
/// payload_by_number on the wire (op-stack-p2p.md 1.13). A request is the height as 8 bytes little-endian, after which the client ends its side.
/// An answer is a result code, and after success the version as 4 bytes little-endian and the payload as framed snappy, up to the end.
/// </summary>
internal static class SyncProtocol
{
    /// <summary>Result code and version.</summary>
    public const int HeaderSize = 1 + sizeof(uint);

    /// <summary>The SSZ payload alone: V1 and V2.</summary>
    private const uint PlainVersion = 0;

    /// <summary>The parent beacon block root and the SSZ payload: V3, and at op-node V4.</summary>
    private const uint EnvelopeVersion = 1;

    /// <summary>The same for V4 in the text of the specification. op-node neither sends nor takes it; we take it.</summary>
    private const uint IsthmusVersion = 2;

    /// <summary>The ids of a chain: op-node's, then that of the specification and kona, with a slash at the end.</summary>
    public static IReadOnlyList<string> Ids(ulong chainId)
    {
        string id = FormattableString.Invariant($"/opstack/req/payload_by_number/{chainId}/0");
        return [id, id + "/"];
    }

    public static byte[] Request(ulong number)
    {
        byte[] request = new byte[SyncLimits.RequestSize];
        BinaryPrimitives.WriteUInt64LittleEndian(request, number);
        return request;
    }

    public static ulong ReadRequest(ReadOnlySpan<byte> request) => BinaryPrimitives.ReadUInt64LittleEndian(request);

    /// <summary>What precedes a payload of this version, as op-node sends it.</summary>
    public static void WriteHeader(PayloadVersion version, Span<byte> header)
    {
        header[0] = (byte)ResultCode.Success;
        BinaryPrimitives.WriteUInt32LittleEndian(header[1..], version >= PayloadVersion.V3 ? EnvelopeVersion : PlainVersion);
    }

    /// <summary>Whether a version on the wire can carry this layout.</summary>
    public static bool Fits(uint wireVersion, PayloadVersion version) => wireVersion switch
    {
        PlainVersion => version < PayloadVersion.V3,
        EnvelopeVersion => version >= PayloadVersion.V3,
        IsthmusVersion => version == PayloadVersion.V4,
        _ => false,
    };
}
