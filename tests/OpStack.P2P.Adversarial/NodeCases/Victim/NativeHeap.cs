using System.Runtime.InteropServices;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>The C library's heap: what the runtime's compiler and OpenSSL allocate.</summary>
internal static class NativeHeap
{
    private static readonly TrimFunction? Function = Find();

    private delegate int TrimFunction(nuint keptAtTop);

    /// <summary>
    /// Gives back what is free in it, as a full collection does for the managed heap. glibc keeps freed pages in up to eight arenas a core, and which
    /// thread fills which is chance: it is no leak, and no level either. Nothing where there is no malloc_trim.
    /// </summary>
    public static void Trim() => Function?.Invoke(0);

    private static TrimFunction? Find() =>
        NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "malloc_trim", out nint function)
            ? Marshal.GetDelegateForFunctionPointer<TrimFunction>(function)
            : null;
}
