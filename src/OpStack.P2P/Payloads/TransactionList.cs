using System.Buffers.Binary;
using System.Collections;
using OpStack.P2P.Payloads;

namespace OpStack.P2P;

/// <summary>
/// The transactions of a block as opaque bytes (EIP-2718 envelopes): a view of their SSZ section, which is a table of 4-byte offsets
/// followed by the bytes.
/// Reading an item copies and allocates nothing; the items live as long as the message buffer they are slices of.
/// </summary>
public readonly struct TransactionList : IReadOnlyList<ReadOnlyMemory<byte>>, IEquatable<TransactionList>
{
    private const int OffsetSize = sizeof(uint);

    private readonly ReadOnlyMemory<byte> _section;

    private TransactionList(ReadOnlyMemory<byte> section) => _section = section;

    /// <summary>A list without items.</summary>
    public static TransactionList Empty => default;

    /// <inheritdoc/>
    public int Count => _section.IsEmpty ? 0 : OffsetAt(0) / OffsetSize;

    /// <summary>The SSZ section.</summary>
    internal ReadOnlyMemory<byte> Section => _section;

    /// <summary>The bytes of one transaction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            int count = Count;
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            int start = OffsetAt(index);
            int end = index + 1 < count ? OffsetAt(index + 1) : _section.Length;
            return _section[start..end];
        }
    }

    /// <summary>Builds a list by copying the items into one section.</summary>
    /// <exception cref="PayloadEncodingException">More than 2^20 items, or more bytes than an array holds.</exception>
    public static TransactionList Create(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        if (transactions.Count == 0)
        {
            return Empty;
        }

        long length = (long)transactions.Count * OffsetSize;
        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            length += transaction.Length;
        }

        if (transactions.Count > PayloadLimits.MaxTransactions || length > Array.MaxLength)
        {
            throw new PayloadEncodingException("transactions", "too many for one block");
        }

        byte[] section = new byte[length];
        int position = transactions.Count * OffsetSize;
        for (int i = 0; i < transactions.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(i * OffsetSize), position);
            transactions[i].CopyTo(section.AsMemory(position));
            position += transactions[i].Length;
        }

        return new TransactionList(section);
    }

    /// <summary>
    /// Checks a section as op-node's ssz.go does; allocates nothing. The count comes from the first offset, so it never exceeds what the
    /// section holds.
    /// </summary>
    internal static bool TryRead(ReadOnlyMemory<byte> section, out TransactionList transactions, out PayloadDecodeError error)
    {
        transactions = default;
        error = section.IsEmpty ? PayloadDecodeError.None : CheckOffsets(section.Span);
        if (error != PayloadDecodeError.None)
        {
            return false;
        }

        transactions = new TransactionList(section);
        return true;
    }

    private static PayloadDecodeError CheckOffsets(ReadOnlySpan<byte> section)
    {
        if (section.Length < OffsetSize)
        {
            return PayloadDecodeError.TransactionsTooShort;
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(section);
        if (first == 0 || first % OffsetSize != 0 || first > section.Length)
        {
            return PayloadDecodeError.BadTransactionOffset;
        }

        if (first / OffsetSize > PayloadLimits.MaxTransactions)
        {
            return PayloadDecodeError.TooManyTransactions;
        }

        uint previous = first;
        for (int position = OffsetSize; position < first; position += OffsetSize)
        {
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(section[position..]);
            if (offset < previous || offset > section.Length)
            {
                return PayloadDecodeError.BadTransactionOffset;
            }

            previous = offset;
        }

        return PayloadDecodeError.None;
    }

    /// <inheritdoc/>
    public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
    {
        for (int i = 0, count = Count; i < count; i++)
        {
            yield return this[i];
        }
    }

    /// <summary>Equality of all bytes: the section is the same for the same items.</summary>
    public bool Equals(TransactionList other) => _section.Span.SequenceEqual(other._section.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TransactionList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_section.Span);
        return hash.ToHashCode();
    }

    /// <summary>Equality of all bytes.</summary>
    public static bool operator ==(TransactionList left, TransactionList right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(TransactionList left, TransactionList right) => !left.Equals(right);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int OffsetAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(_section.Span[(index * OffsetSize)..]);
}
