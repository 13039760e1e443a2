using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks.References;

/// <summary>SHA3-256 of OpenSSL: the same permutation as Keccak-256, in hand-written assembly.</summary>
internal sealed unsafe class OpenSsl
{
    private readonly delegate* unmanaged<byte*, nuint, byte*, uint*, nint, nint, int> _digest;
    private readonly nint _sha3;

    public OpenSsl()
    {
        nint library = NativeReference.Load(["libcrypto.so.3"], "libssl3");
        _digest = (delegate* unmanaged<byte*, nuint, byte*, uint*, nint, nint, int>)NativeLibrary.GetExport(library, "EVP_Digest");
        _sha3 = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "EVP_sha3_256"))();
    }

    /// <summary>Hashes into 32 bytes.</summary>
    public void Sha3(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, 32);
        fixed (byte* source = data, target = hash)
        {
            if (_digest(source, (nuint)data.Length, target, null, _sha3, 0) != 1)
            {
                throw new InvalidOperationException("EVP_Digest failed.");
            }
        }
    }
}
