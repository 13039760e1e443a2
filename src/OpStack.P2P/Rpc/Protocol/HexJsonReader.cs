using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>
/// Reads objects of hex values as go-ethereum's hexutil does: <c>0x</c> before all, quantities without leading zeros. The first thing that is
/// wrong is kept in <see cref="Fault"/>, and from then on there is nothing more to be read.
/// </summary>
internal ref struct HexJsonReader
{
    private Utf8JsonReader _json;
    private string _name = "";

    /// <param name="json">One well-formed value, whose depth was checked.</param>
    public HexJsonReader(ReadOnlySpan<byte> json)
    {
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        _json.Read();
    }

    /// <summary>What is wrong, with the name of the field; null so far.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the value is null.</summary>
    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>Keeps what is wrong, unless something was before. Always true.</summary>
    public bool Fail(string fault)
    {
        Fault ??= fault;
        return true;
    }

    /// <summary>Whether the value is an object: <see cref="NextName"/> goes through it.</summary>
    public bool BeginObject() => Begin(JsonTokenType.StartObject, "no object");

    /// <summary>Whether the value is an array: <see cref="NextElement"/> goes through it.</summary>
    public bool BeginArray() => Begin(JsonTokenType.StartArray, "no array");

    /// <summary>Goes to the value of the next member, whose name it gives; null at the end.</summary>
    public string? NextName()
    {
        if (Fault is not null || !_json.Read() || _json.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        // A name that cannot be read is none of ours.
        _name = TryGetName(out string? name) ? name : "";
        _json.Read();
        return _name;
    }

    /// <summary>Goes to the next element; false at the end.</summary>
    public bool NextElement() => Fault is null && _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    /// <summary>Passes a value over.</summary>
    public void Skip() => _json.Skip();

    public Hash256 Hash()
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        return TryDecode(bytes) ? new Hash256(bytes) : default;
    }

    public Address Address()
    {
        Span<byte> bytes = stackalloc byte[Primitives.Address.Size];
        return TryDecode(bytes) ? new Address(bytes) : default;
    }

    /// <summary>Bytes of a length, or of at most that.</summary>
    public byte[] Bytes(int length, bool exact)
    {
        ReadOnlySpan<byte> digits = Digits();
        int count = digits.Length / 2;
        bool fits = Fault is null && digits.Length % 2 == 0 && count <= length && (!exact || count == length);
        byte[] bytes = fits && count > 0 ? new byte[count] : [];
        bool isRead = fits && TryDecode(digits, bytes);
        return isRead || !Fail($"{_name}: no {(length == int.MaxValue ? "" : exact ? $"{length} " : $"up to {length} ")}bytes in hex") ? bytes : [];
    }

    public ulong Quantity() =>
        LargeQuantity().TryToUInt64(out ulong value) || !Fail($"{_name}: more than 64 bits") ? value : 0;

    public UInt256 LargeQuantity()
    {
        ReadOnlySpan<byte> digits = Digits();
        Span<byte> bytes = stackalloc byte[UInt256.Size];
        bytes.Clear();
        Span<byte> padded = stackalloc byte[UInt256.Size * 2];
        padded.Fill((byte)'0');
        bool fits = digits.Length is > 0 and <= UInt256.Size * 2 && (digits.Length == 1 || digits[0] != '0');
        if (fits)
        {
            digits.CopyTo(padded[^digits.Length..]);
        }

        return (fits && TryDecode(padded, bytes)) || !Fail($"{_name}: no quantity in hex") ? UInt256.FromBigEndian(bytes) : UInt256.Zero;
    }

    private bool Begin(JsonTokenType start, string reason)
    {
        if (_json.TokenType == start)
        {
            return true;
        }

        Fail($"{_name}: {reason}");
        return false;
    }

    private readonly bool TryGetName(out string name)
    {
        name = "";
        try
        {
            name = _json.ValueSpan.Length <= RpcLimits.MaxMethodName ? _json.GetString()! : "";
            return name.Length > 0;
        }
        catch (InvalidOperationException)
        {
            return false; // Half a surrogate pair.
        }
    }

    private bool TryDecode(scoped Span<byte> bytes)
    {
        ReadOnlySpan<byte> digits = Digits();
        return (digits.Length == bytes.Length * 2 && TryDecode(digits, bytes)) || !Fail($"{_name}: no {bytes.Length} bytes in hex");
    }

    /// <summary>The digits behind 0x; hex needs no escapes.</summary>
    private ReadOnlySpan<byte> Digits()
    {
        if (_json.TokenType == JsonTokenType.String && !_json.ValueIsEscaped && _json.ValueSpan.StartsWith("0x"u8))
        {
            return _json.ValueSpan[2..];
        }

        Fail($"{_name}: no hex text that begins with 0x");
        return default;
    }

    private static bool TryDecode(ReadOnlySpan<byte> digits, Span<byte> bytes) =>
        Convert.FromHexString(digits, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == bytes.Length;
}
