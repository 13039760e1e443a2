using System.Buffers;
using System.Text.Json;

namespace OpStack.P2P.AspNetCore.Rpc;

/// <summary>A JSON-RPC 2.0 answer to a request whose id nobody read: its id is null (section 5 of the specification).</summary>
internal static class RpcRefusal
{
    public static ReadOnlyMemory<byte> Encode(int code, string message)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteNull("id");
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
