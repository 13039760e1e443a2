using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OpStack.P2P.Rpc.Results;

/// <summary>Texts in JSON that somebody else wrote.</summary>
internal static class RpcText
{
    /// <summary>
    /// The text the reader is at; false for one of more than <see cref="RpcLimits.MaxText"/> bytes, or with half a surrogate pair in it, which
    /// JSON allows and a string cannot hold.
    /// </summary>
    public static bool TryGet(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > RpcLimits.MaxText)
        {
            return false;
        }

        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
