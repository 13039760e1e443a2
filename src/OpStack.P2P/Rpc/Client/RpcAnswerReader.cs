using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpStack.P2P.Rpc.Client;

/// <summary>Reads a server's answer to one call. Whatever a server sends, only <see cref="OpP2PRpcException"/> comes of it.</summary>
internal static class RpcAnswerReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = RpcLimits.MaxResultDepth };

    /// <summary>The result, which may not be null.</summary>
    public static T Read<T>(string method, byte[] answer, long id, JsonTypeInfo<T> type) =>
        Read(method, answer, id, result => result.Deserialize(type) is { } value ? value : throw new JsonException());

    /// <summary>Whether it was done: any result says so.</summary>
    public static void ReadDone(string method, byte[] answer, long id) => Read(method, answer, id, static _ => true);

    private static T Read<T>(string method, byte[] answer, long id, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer, Options);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
                {
                    throw Refused(method, error);
                }

                if (root.TryGetProperty("id", out JsonElement answered) && answered.ValueKind == JsonValueKind.Number
                    && answered.TryGetInt64(out long theirs) && theirs == id
                    && root.TryGetProperty("result", out JsonElement result))
                {
                    return read(result);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Told below. The last two are for a text that is not valid Unicode and a number that does not fit.
        }

        throw new OpP2PRpcException(OpP2PRpcError.BadAnswer, $"{method}: the server answered with something else.");
    }

    private static OpP2PRpcException Refused(string method, JsonElement error)
    {
        int code = error.TryGetProperty("code", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value)
            ? value
            : 0;
        string text = error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String ? message.GetString()! : "";
        string printable = new([.. text.Take(RpcLimits.MaxErrorText).Select(c => char.IsControl(c) ? ' ' : c)]);
        return new OpP2PRpcException(OpP2PRpcError.Refused, $"{method}: {printable}") { Code = code };
    }
}
