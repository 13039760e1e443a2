using System.Buffers.Binary;

namespace OpStack.P2P.Sync;

/// <summary>Reads one answer as it arrives: code, version, framed snappy. A pure core, bounded in what it takes and in what it makes of it.</summary>
internal sealed class ResponseReader
{
    private readonly byte[] _header = new byte[SyncProtocol.HeaderSize];
    private readonly SnappyFrameReader _frames = new(SyncLimits.MaxPayloadSize);
    private int _headerLength;
    private long _length;
    private SyncFault _fault;

    /// <summary>Takes the next bytes; false once the outcome is settled and nothing more need be read.</summary>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        if (_fault == SyncFault.None && _length > SyncLimits.MaxResponseSize)
        {
            _fault = SyncFault.TooLong;
        }

        while (_fault == SyncFault.None && !bytes.IsEmpty && _headerLength < _header.Length)
        {
            _header[_headerLength++] = bytes[0];
            bytes = bytes[1..];
            _fault = FaultOf((ResultCode)_header[0]);
        }

        if (_fault == SyncFault.None && !bytes.IsEmpty)
        {
            _frames.TryAdd(bytes, out _fault);
        }

        return _fault == SyncFault.None;
    }

    /// <summary>The outcome once the peer has ended its side or <see cref="Add"/> has answered false.</summary>
    /// <param name="version">The version on the wire.</param>
    /// <param name="payload">The decompressed payload, owned by the caller.</param>
    public SyncFault Finish(out uint version, out byte[] payload)
    {
        payload = [];
        version = BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(1));
        return _fault != SyncFault.None ? _fault
            : _headerLength < _header.Length ? SyncFault.Truncated
            : _frames.Finish(out payload);
    }

    private static SyncFault FaultOf(ResultCode code) => code switch
    {
        ResultCode.Success => SyncFault.None,
        ResultCode.NotFound => SyncFault.NotFound,
        ResultCode.InvalidRequest => SyncFault.InvalidRequest,
        ResultCode.UnknownError => SyncFault.UnknownError,
        _ => SyncFault.UnknownCode,
    };
}
