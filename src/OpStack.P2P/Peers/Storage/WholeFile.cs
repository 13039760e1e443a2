using System.Globalization;
using System.Security;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// A file that is read and replaced whole. What replaces it is written to a file beside it and put on the disk first, so a crash, or the
/// process being killed, leaves the old content or the new one. One call at a time.
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="maxSize">Largest size read and written, in bytes.</param>
/// <param name="create">Makes the file beside it.</param>
internal sealed class WholeFile(string path, int maxSize, Func<string, Stream> create)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>True once a file that cannot be used could not be set aside: it stays, and nothing is written over it.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>What the disk may refuse with.</summary>
    public static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException;

    /// <summary>True when there is no file; what else is wrong is a fault.</summary>
    public static bool IsMissing(Exception e) => e is FileNotFoundException or DirectoryNotFoundException;

    /// <summary>The content. Throws <see cref="InvalidDataException"/> when it is too large, and faults.</summary>
    public byte[] Read()
    {
        using FileStream file = File.OpenRead(Path);
        if (file.Length > maxSize)
        {
            throw new InvalidDataException($"it is larger than {maxSize} bytes");
        }

        byte[] content = new byte[(int)file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <summary>Replaces the content, making the directory. Throws faults, and then the file is what it was.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        if (content.Length > maxSize)
        {
            throw new IOException($"It would be larger than {maxSize} bytes."); // It could not be read again.
        }

        string temporary = Path + ".tmp";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using (Stream file = create(temporary))
            {
                file.Write(content);
                file.Flush();
                (file as FileStream)?.Flush(flushToDisk: true); // Before the rename: a name must never point at unwritten content.
            }

            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception e) when (IsFault(e))
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Renames a file that cannot be used; returns the new name, or null when the disk refuses: then nothing is written over it.
    /// </summary>
    public string? SetAside()
    {
        for (int i = 0; i < PeerLimits.MaxBadStoreFiles; i++)
        {
            string aside = string.Create(CultureInfo.InvariantCulture, $"{Path}.bad{(i == 0 ? "" : i)}");
            try
            {
                if (!System.IO.Path.Exists(aside))
                {
                    File.Move(Path, aside);
                    return aside;
                }
            }
            catch (Exception e) when (IsFault(e))
            {
                break;
            }
        }

        IsBlocked = true;
        return null;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IsFault(e))
        {
            // The fault that led here is told; the next write goes over it.
        }
    }
}
