using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// A JSON document on disk. It is read once, before it is written; one that cannot be used is one warning and is kept aside under a .bad
/// name. One call at a time; never throws.
/// </summary>
internal sealed class JsonFile<T>(WholeFile file, JsonTypeInfo<T> type, ILogger logger)
    where T : class
{
    // Texts are printable ASCII when they come here, and no browser reads the file: quotes and backslashes are all there is to escape.
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        IndentSize = 1,
    };

    public string Path => file.Path;

    /// <summary>What <paramref name="read"/> makes of the document; null when there is no file, or none that can be used.</summary>
    /// <param name="read">May throw <see cref="InvalidDataException"/> for what is no document of ours.</param>
    public TResult? Load<TResult>(Func<T, TResult> read)
        where TResult : class
    {
        try
        {
            T document = JsonSerializer.Deserialize(file.Read(), type) ?? throw new InvalidDataException("it is null");
            return read(document);
        }
        catch (Exception e) when (WholeFile.IsMissing(e))
        {
            return null;
        }
        catch (Exception e) when (WholeFile.IsFault(e) || e is JsonException or InvalidDataException or InvalidOperationException)
        {
            logger.StateUnusable(file.Path, file.SetAside(), e.Message);
            return null;
        }
    }

    /// <summary>Replaces the file; false, with a warning, when the disk refuses: the file there before is untouched then.</summary>
    public bool Save(T document)
    {
        if (file.IsBlocked)
        {
            return false;
        }

        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Writing))
        {
            JsonSerializer.Serialize(json, document, type);
        }

        try
        {
            file.Write(buffer.WrittenSpan);
            return true;
        }
        catch (Exception e) when (WholeFile.IsFault(e))
        {
            logger.StateNotSaved(file.Path, e.Message);
            return false;
        }
    }
}
