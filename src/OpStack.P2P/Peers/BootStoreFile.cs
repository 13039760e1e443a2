using System.Buffers;
using System.Globalization;
using System.Security;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Peers;

/// <summary>
/// The boot store on disk: a JSON array of record texts, as kona's bootstore.json. It is written to a file beside it which then takes its
/// place, so a crash leaves the old one or the new one. A file that cannot be used is kept aside under a .bad name. One call at a time.
/// </summary>
public sealed class BootStoreFile
{
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Func<string, Stream> _create;
    private bool _blocked;

    /// <summary>A store at this path; nothing is touched before the first call.</summary>
    public BootStoreFile(string path, ILogger<BootStoreFile>? logger = null)
        : this(path, logger ?? NullLogger<BootStoreFile>.Instance, File.Create)
    {
    }

    internal BootStoreFile(string path, ILogger logger, Func<string, Stream> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
        _logger = logger;
        _create = create;
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
            byte[] content = ReadAll();
            List<string> texts = ReadTexts(content);
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
            _logger.StoreLoaded(_path, store.Count, texts.Count - valid);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            _logger.StoreMissing(_path);
        }
        catch (Exception e) when (IsFileFault(e) || e is JsonException or InvalidDataException or InvalidOperationException)
        {
            _logger.StoreUnusable(_path, SetAside(), e.Message);
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
        if (_blocked)
        {
            return false;
        }

        string temporary = _path + ".tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using (Stream file = _create(temporary))
            {
                Write(store, file);
                file.Flush();
                (file as FileStream)?.Flush(flushToDisk: true); // Before the rename: a name must never point at unwritten content.
            }

            File.Move(temporary, _path, overwrite: true);
            store.MarkSaved();
            return true;
        }
        catch (Exception e) when (IsFileFault(e))
        {
            _logger.StoreNotSaved(_path, e.Message);
            TryDelete(temporary);
            return false;
        }
    }

    private byte[] ReadAll()
    {
        using FileStream file = File.OpenRead(_path);
        if (file.Length > PeerLimits.MaxStoreFileSize)
        {
            throw new InvalidDataException($"it is larger than {PeerLimits.MaxStoreFileSize} bytes");
        }

        byte[] content = new byte[(int)file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static List<string> ReadTexts(byte[] content)
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

    private static void Write(BootStore store, Stream file)
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

        file.Write(buffer.WrittenSpan);
    }

    /// <summary>
    /// Renames the file that cannot be used; returns the new name, or null when the disk refuses: then nothing is saved over it.
    /// </summary>
    private string? SetAside()
    {
        for (int i = 0; i < PeerLimits.MaxBadStoreFiles; i++)
        {
            string aside = string.Create(CultureInfo.InvariantCulture, $"{_path}.bad{(i == 0 ? "" : i)}");
            try
            {
                if (!Path.Exists(aside))
                {
                    File.Move(_path, aside);
                    return aside;
                }
            }
            catch (Exception e) when (IsFileFault(e))
            {
                break;
            }
        }

        _blocked = true;
        return null;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsFileFault(e))
        {
            // The warning about the save says enough; the next save writes over it.
        }
    }

    private static bool IsFileFault(Exception e) =>
        e is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException;
}
