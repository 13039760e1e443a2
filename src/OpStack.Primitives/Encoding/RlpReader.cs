using System.Buffers.Binary;

namespace OpStack.Primitives.Encoding;

/// <summary>
/// Reads RLP items one after another from bytes that may come from a peer. Only the canonical form is accepted (Ethereum yellow paper,
/// appendix B): minimal lengths, a single byte below 0x80 as itself, integers without leading zeros. Nothing is allocated and nothing
/// throws: a read that fails returns false and leaves the reader where it was.
/// </summary>
/// <remarks>
/// A list is entered with <see cref="TryReadList"/>, which gives a reader of its items; nesting is the caller's loop, never recursion here.
/// The items of a list are checked when they are read, not when the list is entered or skipped.
/// </remarks>
public ref struct RlpReader
{
    /// <summary>Longest string or list payload whose length fits the prefix byte.</summary>
    internal const int MaxShortLength = 55;

    internal const byte ShortString = 0x80;
    internal const byte ShortList = 0xc0;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first byte of <paramref name="source"/>, which holds any count of items.</summary>
    public RlpReader(ReadOnlySpan<byte> source) => _rest = source;

    /// <summary>True when all bytes are read. A decoder that must refuse trailing bytes asks this at its end.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Bytes not yet read.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>True when the next item begins as a list does; false for a string and at the end.</summary>
    public readonly bool IsNextList => !_rest.IsEmpty && _rest[0] >= ShortList;

    /// <summary>Reads a string of any length.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes) => TryReadPayload(list: false, out bytes);

    /// <summary>Reads a string of exactly as many bytes as <paramref name="destination"/> has, into it.</summary>
    public bool TryReadBytesExactly(scoped Span<byte> destination)
    {
        RlpReader start = this;
        if (TryReadBytes(out ReadOnlySpan<byte> bytes) && bytes.Length == destination.Length)
        {
            bytes.CopyTo(destination);
            return true;
        }

        this = start;
        return false;
    }

    /// <summary>Reads a list: <paramref name="items"/> reads what is in it, and this reader stands behind it.</summary>
    public bool TryReadList(out RlpReader items)
    {
        bool read = TryReadPayload(list: true, out ReadOnlySpan<byte> payload);
        items = new RlpReader(payload);
        return read;
    }

    /// <summary>Reads a string or list as it stands, prefix included. The inside of a list is not checked.</summary>
    public bool TryReadItem(out ReadOnlySpan<byte> encoded)
    {
        encoded = default;
        if (!TryReadPrefix(_rest, out _, out int offset, out int length))
            return false;

        encoded = _rest[..(offset + length)];
        _rest = _rest[(offset + length)..];
        return true;
    }

    /// <summary>Skips a string or list. The inside of a list is not checked.</summary>
    public bool TrySkip() => TryReadItem(out _);

    /// <summary>Reads an unsigned integer of at most 8 bytes.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        bool read = TryReadInteger(padded);
        value = read ? BinaryPrimitives.ReadUInt64BigEndian(padded) : 0;
        return read;
    }

    /// <summary>Reads an unsigned integer of at most 32 bytes.</summary>
    public bool TryReadUInt256(out UInt256 value)
    {
        Span<byte> padded = stackalloc byte[UInt256.Size];
        bool read = TryReadInteger(padded);
        value = read ? UInt256.FromBigEndian(padded) : default;
        return read;
    }

    /// <summary>Reads a string of exactly 32 bytes.</summary>
    public bool TryReadHash256(out Hash256 value)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        bool read = TryReadBytesExactly(bytes);
        value = read ? new Hash256(bytes) : default;
        return read;
    }

    /// <summary>Reads a string of exactly 20 bytes.</summary>
    public bool TryReadAddress(out Address value)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bool read = TryReadBytesExactly(bytes);
        value = read ? new Address(bytes) : default;
        return read;
    }

    // Zero is the empty string; a leading zero byte is not canonical.
    private bool TryReadInteger(scoped Span<byte> padded)
    {
        RlpReader start = this;
        if (TryReadBytes(out ReadOnlySpan<byte> bytes) && bytes.Length <= padded.Length && (bytes.IsEmpty || bytes[0] != 0))
        {
            padded.Clear();
            bytes.CopyTo(padded[(padded.Length - bytes.Length)..]);
            return true;
        }

        this = start;
        return false;
    }

    private bool TryReadPayload(bool list, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!TryReadPrefix(_rest, out bool isList, out int offset, out int length) || isList != list)
            return false;

        payload = _rest.Slice(offset, length);
        _rest = _rest[(offset + length)..];
        return true;
    }

    // On true, offset + length is at most source.Length.
    private static bool TryReadPrefix(ReadOnlySpan<byte> source, out bool isList, out int offset, out int length)
    {
        (isList, offset, length) = (false, 0, 1);
        if (source.IsEmpty)
            return false;

        byte prefix = source[0];
        if (prefix < ShortString)
            return true;

        isList = prefix >= ShortList;
        int shortBase = isList ? ShortList : ShortString;
        if (prefix - shortBase > MaxShortLength)
            return TryReadLongLength(source, prefix - shortBase - MaxShortLength, out offset, out length);

        (offset, length) = (1, prefix - shortBase);
        if (length > source.Length - 1)
            return false;
        return isList || length != 1 || source[1] >= ShortString;
    }

    private static bool TryReadLongLength(ReadOnlySpan<byte> source, int lengthOfLength, out int offset, out int length)
    {
        (offset, length) = (1 + lengthOfLength, 0);
        if (source.Length < offset || source[1] == 0)
            return false;

        // At most 8 bytes: the prefix has no room for more.
        ulong declared = 0;
        foreach (byte b in source.Slice(1, lengthOfLength))
            declared = (declared << 8) | b;

        if (declared <= MaxShortLength || declared > (ulong)(source.Length - offset))
            return false;

        length = (int)declared;
        return true;
    }
}
