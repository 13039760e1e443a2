using System.Text.Json;
using System.Text.Unicode;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>
/// Reads the calls of a body (JSON-RPC 2.0) in one pass and without a tree: what is kept of a call are its name and slices of the body, so
/// memory grows with the number of calls alone, and that is bounded.
/// </summary>
internal static class RpcBodyReader
{
    /// <summary>Reads a body; false with the answer to give when there is nothing in it to be called.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, int maxDepth, int maxBatch, out RpcBody calls, out RpcFault fault)
    {
        calls = new RpcBody([], IsBatch: false);
        fault = RpcFault.Parse;
        if (!Utf8.IsValid(body.Span))
        {
            return false; // The reader looks at the bytes of a text only when the text is asked for.
        }

        try
        {
            return TryReadValid(body, maxDepth, maxBatch, out calls, out fault);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is a name with half a surrogate pair in it.
            fault = RpcFault.Parse;
            return false;
        }
    }

    private static bool TryReadValid(ReadOnlyMemory<byte> body, int maxDepth, int maxBatch, out RpcBody calls, out RpcFault fault)
    {
        Utf8JsonReader reader = new(body.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        bool isBatch = reader.TokenType == JsonTokenType.StartArray;
        List<RpcCall> read = [];
        int count = 0;
        if (!isBatch)
        {
            read.Add(ReadCall(ref reader, body));
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Past the limit the rest is only looked at: what is no JSON at its end is no JSON.
            if (++count <= maxBatch)
            {
                read.Add(ReadCall(ref reader, body));
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws for what comes after the end.
        calls = new RpcBody(read, isBatch);
        fault = RpcFault.EmptyBatch;
        return !isBatch || count > 0;
    }

    /// <summary>Reads the value the reader is at, whatever it is, and leaves it at its end.</summary>
    private static RpcCall ReadCall(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new RpcCall(default, "", default);
        }

        Members members = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            members.Read(ref reader, body);
        }

        return members.ToCall();
    }

    /// <summary>What was found of a call so far.</summary>
    private struct Members
    {
        private ReadOnlyMemory<byte> _id;
        private ReadOnlyMemory<byte> _parameters;
        private string? _method;
        private bool _hasVersion;
        private bool _hasId;
        private bool _hasParameters;
        private bool _isWrong;

        public void Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                reader.Read();
                _isWrong |= _hasVersion || reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("2.0"u8);
                _hasVersion = true;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                bool isId = reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.Null;
                ReadOnlyMemory<byte> id = Slice(ref reader, body);
                bool isGood = isId && !_hasId && id.Length <= RpcLimits.MaxId;
                _isWrong |= !isGood;
                _id = isGood ? id : default;
                _hasId = true;
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                string? method = null;
                _isWrong |= _method is not null || reader.ValueSpan.Length > RpcLimits.MaxMethodName || !RpcText.TryGet(ref reader, out method);
                _method = method ?? "";
                reader.Skip();
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                _isWrong |= _hasParameters; // Which of two is meant, others may see differently.
                _hasParameters = true;
                _parameters = Slice(ref reader, body);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        public readonly RpcCall ToCall() =>
            _isWrong || !_hasVersion || string.IsNullOrEmpty(_method) ? new RpcCall(_id, "", default) : new RpcCall(_id, _method, _parameters);

        private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            return body[start..(int)reader.BytesConsumed];
        }
    }
}
