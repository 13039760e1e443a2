namespace OpStack.P2P.Benchmarks;

/// <summary>A reference is not on this machine; the message says what is missing, and where it is to be had.</summary>
internal sealed class ReferenceMissingException(string message) : Exception(message)
{
    /// <summary>A library, and the Debian package that has it.</summary>
    public ReferenceMissingException(string soname, string package)
        : this($"{soname} is not installed (Debian package {package})")
    {
    }
}
