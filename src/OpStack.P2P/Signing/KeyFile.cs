using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpStack.P2P.Signing;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P;

/// <summary>
/// Files that hold one secp256k1 key as 64 hex digits, with or without 0x and white space around it (op-node --p2p.priv.path; op-stack-p2p.md
/// 1.1). No error tells what is in one.
/// </summary>
public static class KeyFile
{
    private const int Digits = 2 * Secp256k1PrivateKey.Size;

    private static readonly Lock Making = new();

    /// <summary>
    /// Reads the key, or, if there is no file, makes one with a new key that only we may read (mode 0600), and its directory. A file that is there is
    /// never written over. The key is the caller's to dispose.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="SigningException">BadKeyFile: it holds no key, or the disk refuses; the message names the file.</exception>
    public static Secp256k1PrivateKey LoadOrCreate(string path) => LoadOrCreate(path, (name, options) => new FileStream(name, options));

    /// <summary>The same, the new file made by somebody else: tests let the disk refuse.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="open">Makes the file beside it.</param>
    internal static Secp256k1PrivateKey LoadOrCreate(string path, Func<string, FileStreamOptions, FileStream> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Guarded(path, name => ReadOrCreate(name, open));
    }

    /// <summary>The same for a file that must be there.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="SigningException">BadKeyFile: it is missing, holds no key, or the disk refuses; the message names the file.</exception>
    public static Secp256k1PrivateKey Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Guarded(path, Read);
    }

    /// <summary>Reads a key from text as in a file. False for anything else, and for a number that is no key (zero, or the group's order and above).</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key; the caller's to dispose.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Secp256k1PrivateKey? key)
    {
        key = null;
        text = text.Trim();
        text = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        Span<byte> secret = stackalloc byte[Secp256k1PrivateKey.Size];
        try
        {
            return text.Length == Digits && Hex.TryDecode(text, secret) && Secp256k1PrivateKey.TryCreate(secret, out key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static Secp256k1PrivateKey Guarded(string path, Func<string, Secp256k1PrivateKey> take)
    {
        try
        {
            return take(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException)
        {
            throw new SigningException(SigningError.BadKeyFile, $"The key file {path} cannot be used: {e.Message}", e);
        }
    }

    private static Secp256k1PrivateKey Read(string path)
    {
        Span<byte> bytes = stackalloc byte[SigningLimits.MaxKeyFileSize];
        Span<char> text = stackalloc char[SigningLimits.MaxKeyFileSize];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            for (int i = 0; i < length; i++)
            {
                text[i] = (char)bytes[i];
            }

            // A file that fills the buffer is longer than any key with white space that somebody meant.
            return length < bytes.Length && TryParse(text[..length], out Secp256k1PrivateKey? key)
                ? key
                : throw new SigningException(SigningError.BadKeyFile, $"The key file {path} does not hold one key of {Digits} hex digits.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            text.Clear();
        }
    }

    // Moving a file looks whether one is there and then renames, which is not one step: of two threads both could make a key.
    private static Secp256k1PrivateKey ReadOrCreate(string path, Func<string, FileStreamOptions, FileStream> open)
    {
        lock (Making)
        {
            return File.Exists(path) ? Read(path) : Create(path, open);
        }
    }

    /// <summary>Written beside it first, so that no crash leaves half a key. Another process that makes the file within the same instant may win.</summary>
    private static Secp256k1PrivateKey Create(string path, Func<string, FileStreamOptions, FileStream> open)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        try
        {
            Write(temporary, key, open);
            File.Move(temporary, full, overwrite: false);
            return key;
        }
        catch (IOException) when (File.Exists(full))
        {
            key.Dispose();
            return Read(full);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            File.Delete(temporary); // Nothing happens when it has become the key file.
        }
    }

    private static void Write(string path, Secp256k1PrivateKey key, Func<string, FileStreamOptions, FileStream> open)
    {
        // Without a buffer, in which the key would stay.
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        Span<byte> secret = stackalloc byte[Secp256k1PrivateKey.Size];
        Span<byte> text = stackalloc byte[Digits + 1];
        try
        {
            key.Export(secret);
            Convert.TryToHexStringLower(secret, text, out _);
            text[Digits] = (byte)'\n';
            using FileStream file = open(path, options);
            file.Write(text);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
