using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Inputs that once were findings, kept as files (Corpus/codec/fault-hash.bin) that the tests try for ever.</summary>
internal static class Corpus
{
    public static string Folder { get; } = Path.Combine(HereOf(), "..", "Corpus");

    public static IEnumerable<string> FilesOf(string codec)
    {
        string folder = Path.Combine(Folder, codec);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Writes a finding, and gives the file's path.</summary>
    public static string Store(string codec, FuzzFinding finding)
    {
        string folder = Path.Combine(Folder, codec);
        Directory.CreateDirectory(folder);
        string hash = Convert.ToHexStringLower(SHA256.HashData(finding.Input).AsSpan(0, 6));
        string path = Path.GetFullPath(Path.Combine(folder, $"{finding.Fault.ToString().ToLowerInvariant()}-{hash}.bin"));
        File.WriteAllBytes(path, finding.Input);
        return path;
    }

    private static string HereOf([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
