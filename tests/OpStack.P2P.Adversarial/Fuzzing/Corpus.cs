using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Inputs that once were findings, kept as files (Corpus/codec/fault-hash.bin) that the tests try for ever.</summary>
/// <param name="folder">Where a folder for each codec is.</param>
internal sealed class Corpus(string folder)
{
    /// <summary>That of the repository.</summary>
    public static Corpus OfRepository { get; } = new(Path.GetFullPath(Path.Combine(HereOf(), "..", "Corpus")));

    /// <summary>The codecs that have a folder.</summary>
    public IEnumerable<string> Codecs => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)) : [];

    public IEnumerable<string> FilesOf(string codec)
    {
        string files = Path.Combine(folder, codec);
        return Directory.Exists(files) ? Directory.EnumerateFiles(files, "*.bin").Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Writes a finding, and gives the file's path.</summary>
    public string Store(string codec, FuzzFinding finding)
    {
        string files = Path.Combine(folder, codec);
        Directory.CreateDirectory(files);
        string hash = Convert.ToHexStringLower(SHA256.HashData(finding.Input).AsSpan(0, 6));
        string path = Path.Combine(files, $"{finding.Fault.ToString().ToLowerInvariant()}-{hash}.bin");
        File.WriteAllBytes(path, finding.Input);
        return path;
    }

    private static string HereOf([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
