namespace OpStack.P2P.Benchmarks;

/// <summary>A reference library is not on this machine; the message says which Debian package has it.</summary>
internal sealed class ReferenceMissingException(string soname, string package)
    : Exception($"{soname} is not installed (Debian package {package})");
