using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks.References;

/// <summary>Bitcoin Core's libsecp256k1 (include/secp256k1*.h).</summary>
internal sealed unsafe class LibSecp256k1
{
    // SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY: older versions need both, newer ones ignore them.
    private const uint ContextFlags = 1 | (1 << 8) | (1 << 9);

    // The opaque structs of the library.
    private const int PublicKeySize = 64;
    private const int RecoverableSize = 65;
    private const int SignatureSize = 64;

    private readonly nint _context;
    private readonly delegate* unmanaged<nint, byte*, byte*, int, int> _parseRecoverable;
    private readonly delegate* unmanaged<nint, byte*, byte*, byte*, int> _recover;
    private readonly delegate* unmanaged<nint, byte*, byte*, byte*, nint, nint, int> _signRecoverable;
    private readonly delegate* unmanaged<nint, byte*, byte*, nuint, int> _parsePublicKey;
    private readonly delegate* unmanaged<nint, byte*, byte*, byte*, nint, nint, int> _ecdh;
    private readonly delegate* unmanaged<nint, byte*, byte*, int> _parseSignature;
    private readonly delegate* unmanaged<nint, byte*, byte*, byte*, int> _verify;

    public LibSecp256k1()
    {
        nint library = NativeReference.Load(["libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0"], "libsecp256k1-1");
        nint Export(string name) => NativeLibrary.GetExport(library, "secp256k1_" + name);
        _context = ((delegate* unmanaged<uint, nint>)Export("context_create"))(ContextFlags);
        _parseRecoverable = (delegate* unmanaged<nint, byte*, byte*, int, int>)Export("ecdsa_recoverable_signature_parse_compact");
        _recover = (delegate* unmanaged<nint, byte*, byte*, byte*, int>)Export("ecdsa_recover");
        _signRecoverable = (delegate* unmanaged<nint, byte*, byte*, byte*, nint, nint, int>)Export("ecdsa_sign_recoverable");
        _parsePublicKey = (delegate* unmanaged<nint, byte*, byte*, nuint, int>)Export("ec_pubkey_parse");
        _ecdh = (delegate* unmanaged<nint, byte*, byte*, byte*, nint, nint, int>)Export("ecdh");
        _parseSignature = (delegate* unmanaged<nint, byte*, byte*, int>)Export("ecdsa_signature_parse_compact");
        _verify = (delegate* unmanaged<nint, byte*, byte*, byte*, int>)Export("ecdsa_verify");
    }

    /// <summary>Recovers the key of a 65-byte signature; false when it has none.</summary>
    public bool Recover(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        byte* parsed = stackalloc byte[RecoverableSize];
        byte* key = stackalloc byte[PublicKeySize];
        fixed (byte* message = hash, compact = signature)
        {
            return _parseRecoverable(_context, parsed, compact, signature[64]) == 1 && _recover(_context, key, parsed, message) == 1;
        }
    }

    /// <summary>Signs with the nonce of RFC 6979.</summary>
    public bool Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> secret)
    {
        byte* signature = stackalloc byte[RecoverableSize];
        fixed (byte* message = hash, key = secret)
        {
            return _signRecoverable(_context, signature, message, key, 0, 0) == 1;
        }
    }

    /// <summary>Multiplies the key's point by the secret and hashes the result.</summary>
    public bool Agree(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> secret)
    {
        byte* parsed = stackalloc byte[PublicKeySize];
        byte* shared = stackalloc byte[32];
        fixed (byte* encoded = publicKey, scalar = secret)
        {
            return _parsePublicKey(_context, parsed, encoded, (nuint)publicKey.Length) == 1 && _ecdh(_context, shared, parsed, scalar, 0, 0) == 1;
        }
    }

    /// <summary>Verifies the first 64 bytes of a signature.</summary>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey)
    {
        byte* parsedKey = stackalloc byte[PublicKeySize];
        byte* parsed = stackalloc byte[SignatureSize];
        fixed (byte* message = hash, compact = signature, encoded = publicKey)
        {
            return _parsePublicKey(_context, parsedKey, encoded, (nuint)publicKey.Length) == 1
                && _parseSignature(_context, parsed, compact) == 1
                && _verify(_context, parsed, message, parsedKey) == 1;
        }
    }
}
