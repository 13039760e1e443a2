using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks.References;

/// <summary>Finds reference libraries by their soname, as Debian's packages install them.</summary>
internal static class NativeReference
{
    /// <summary>Loads the first of these that is there.</summary>
    /// <exception cref="ReferenceMissingException">None is.</exception>
    public static nint Load(ReadOnlySpan<string> sonames, string package)
    {
        foreach (string soname in sonames)
        {
            if (NativeLibrary.TryLoad(soname, out nint library))
            {
                return library;
            }
        }

        throw new ReferenceMissingException(sonames[0], package);
    }
}
