using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>A hash over all that happened, in order: two runs with one hash are the same run.</summary>
internal sealed class TraceHash : IDisposable
{
    private const int EntryBytes = 24;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[EntryBytes * 2048];
    private int _used;

    public long Entries { get; private set; }

    public void Add(TimeSpan at, TraceKind kind, int from, int to, int detail)
    {
        if (_used == _buffer.Length)
        {
            Flush();
        }

        Span<byte> entry = _buffer.AsSpan(_used, EntryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry, at.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(entry[12..], from);
        BinaryPrimitives.WriteInt32LittleEndian(entry[16..], to);
        BinaryPrimitives.WriteInt32LittleEndian(entry[20..], detail);
        _used += EntryBytes;
        Entries++;
    }

    /// <summary>The hash so far, in hex.</summary>
    public override string ToString()
    {
        Flush();
        return Convert.ToHexStringLower(_sha256.GetCurrentHash());
    }

    public void Dispose() => _sha256.Dispose();

    private void Flush()
    {
        _sha256.AppendData(_buffer, 0, _used);
        _used = 0;
    }
}

/// <summary>What a trace tells of.</summary>
internal enum TraceKind
{
    /// <summary>A frame was read; the detail is its length.</summary>
    Frame,
    /// <summary>A node delivered a block; the detail is its number.</summary>
    Deliver,
    /// <summary>A connection was made.</summary>
    Connect,
    /// <summary>An end of a connection was closed.</summary>
    Disconnect,
}
