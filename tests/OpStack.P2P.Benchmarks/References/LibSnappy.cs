using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks.References;

/// <summary>Google's snappy (snappy-c.h).</summary>
internal sealed unsafe class LibSnappy
{
    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint*, int> _uncompress;

    public LibSnappy()
    {
        nint library = NativeReference.Load(["libsnappy.so.1"], "libsnappy1v5");
        _uncompress = (delegate* unmanaged<byte*, nuint, byte*, nuint*, int>)NativeLibrary.GetExport(library, "snappy_uncompress");
    }

    /// <summary>Decompresses; false when the data is malformed or the destination too short.</summary>
    public bool Decompress(ReadOnlySpan<byte> compressed, Span<byte> destination)
    {
        nuint length = (nuint)destination.Length;
        fixed (byte* source = compressed, target = destination)
        {
            return _uncompress(source, (nuint)compressed.Length, target, &length) == 0;
        }
    }
}
