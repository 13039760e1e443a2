using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Peers;

/// <summary>
/// The boot store on disk: a JSON array of record texts, as kona's bootstore.json. It is written to a file beside it which then takes its
/// place, so a crash leaves the old one or the new one. A file that cannot be used is kept aside under a .bad name. One call at a time.
/// </summary>
public sealed class BootStoreFile
{
    private readonly WholeFile _file;
    private readonly ILogger _logger;

    /// <summary>A store at this path; nothing is touched before the first call.</summary>
    public BootStoreFile(string path, ILogger<BootStoreFile>? logger = null)
        : this(path, logger ?? NullLogger<BootStoreFile>.Instance, File.Create)
    {
    }

    internal BootStoreFile(string path, ILogger logger, Func<string, Stream> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _file = new WholeFile(path, PeerLimits.MaxStoreFileSize, create);
        _logger = logger;
    }

    /// <summary>Where kona keeps the store of a chain: ~/.kona/chain id/bootstore.json. Used only when a host asks for it.</summary>
    public static string DefaultPath(ulong chainId) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        ".kona",
        chainId.ToString(CultureInfo.InvariantCulture),
        "bootstore.json");

    /// <summary>
    /// Reads the store; never throws. No file is an empty store. A file that cannot be read, is larger than 4 MiB, is no JSON array of
    /// texts, or has not one valid record in it is one warning and an empty store; it is kept aside. Single bad records are passed over.
    /// </summary>
    public BootStore Load()
    {
        BootStore store = new();
        try
        {
            List<string> texts = ReadTexts(_file.Read());
            int valid = 0;
            foreach (string text in texts.Skip(texts.Count - PeerLimits.MaxStoredRecords))
            {
                if (Enr.TryParse(text, out Enr? record))
                {
                    store.Add(record);
                    valid++;
                }
            }

            if (valid == 0 && texts.Count > 0)
            {
                throw new InvalidDataException("it holds no valid record");
            }

            store.MarkSaved();
            _logger.StoreLoaded(_file.Path, store.Count, texts.Count - valid);
        }
        catch (Exception e) when (WholeFile.IsMissing(e))
        {
            _logger.StoreMissing(_file.Path);
        }
        catch (Exception e) when (WholeFile.IsFault(e) || e is JsonException or InvalidDataException or InvalidOperationException)
        {
            _logger.StoreUnusable(_file.Path, _file.SetAside(), e.Message);
        }

        return store;
    }

    /// <summary>
    /// Writes the store, making its directory; never throws. False, with a warning, when the disk refuses: the file there before is
    /// untouched then.
    /// </summary>
    public bool Save(BootStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (_file.IsBlocked)
        {
            return false;
        }

        try
        {
            _file.Write(Format(store));
            store.MarkSaved();
            return true;
        }
        catch (Exception e) when (WholeFile.IsFault(e))
        {
            _logger.StoreNotSaved(_file.Path, e.Message);
            return false;
        }
    }

    internal static List<string> ReadTexts(byte[] content)
    {
        List<string> texts = [];
        Utf8JsonReader json = new(content);
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
        {
            throw new InvalidDataException("it is no JSON array");
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String)
            {
                throw new InvalidDataException("an element is no text");
            }

            texts.Add(json.GetString()!);
        }

        json.Read(); // Refuses what stands behind the array.
        return texts;
    }

    private static ReadOnlySpan<byte> Format(BootStore store)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartArray();
            foreach (Enr record in store.Records)
            {
                json.WriteStringValue(record.ToString());
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan;
    }
}
