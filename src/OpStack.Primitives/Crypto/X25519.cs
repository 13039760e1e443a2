using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Ed25519;

namespace OpStack.Primitives.Crypto;

/// <summary>X25519 key agreement (RFC 7748), in constant time.</summary>
public static class X25519
{
    /// <summary>Length of keys and shared secrets in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>(486662 - 2) / 4 of the Montgomery curve (RFC 7748 section 5).</summary>
    private const uint A24 = 121665;

    /// <summary>Derives the public key of a 32-byte secret (any bytes: clamped inside).</summary>
    /// <exception cref="ArgumentException">A span is not of 32 bytes.</exception>
    public static void DerivePublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        RequireLength(secretKey.Length, nameof(secretKey));
        RequireLength(publicKey.Length, nameof(publicKey));
        Span<byte> scalar = stackalloc byte[KeySize];
        Clamp(secretKey, scalar);

        // The base point u = 9 is that of edwards25519 seen on the Montgomery curve (RFC 7748 section 4.1), and there is a table of its multiples.
        BaseMultiplication.Multiply(scalar).ToMontgomeryU().WriteTo(publicKey);
        CryptographicOperations.ZeroMemory(scalar);
    }

    /// <summary>
    /// Computes the shared secret; false when it is all zero (a small-order peer key, RFC 7748 section 6.1). The top bit of the peer's key
    /// is ignored and its value need not be reduced, as section 5 demands.
    /// </summary>
    /// <exception cref="ArgumentException">A span is not of 32 bytes. A peer's key of another length is the caller's to refuse.</exception>
    public static bool TryAgree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> peerPublicKey, Span<byte> sharedSecret)
    {
        RequireLength(secretKey.Length, nameof(secretKey));
        RequireLength(peerPublicKey.Length, nameof(peerPublicKey));
        RequireLength(sharedSecret.Length, nameof(sharedSecret));
        Span<byte> scalar = stackalloc byte[KeySize];
        Clamp(secretKey, scalar);
        Ladder(scalar, FieldElement25519.FromBytes(peerPublicKey)).WriteTo(sharedSecret);
        CryptographicOperations.ZeroMemory(scalar);

        int any = 0;
        foreach (byte b in sharedSecret)
            any |= b;
        return any != 0;
    }

    // RFC 7748 section 5: a multiple of the cofactor, with its highest bit in one place.
    private static void Clamp(ReadOnlySpan<byte> secretKey, Span<byte> scalar)
    {
        secretKey.CopyTo(scalar);
        scalar[0] &= 0xf8;
        scalar[31] = (byte)((scalar[31] & 0x7f) | 0x40);
    }

    // RFC 7748 section 5, names and all; the exchange of one step and that of the next are done as one.
    private static FieldElement25519 Ladder(ReadOnlySpan<byte> scalar, in FieldElement25519 x1)
    {
        FieldElement25519 x2 = FieldElement25519.One, z2 = FieldElement25519.Zero;
        FieldElement25519 x3 = x1, z3 = FieldElement25519.One;
        ulong swap = 0;

        for (int t = 254; t >= 0; t--)
        {
            ulong bit = (ulong)(scalar[t >> 3] >> (t & 7)) & 1;
            swap ^= bit;
            FieldElement25519.Swap(ref x2, ref x3, swap);
            FieldElement25519.Swap(ref z2, ref z3, swap);
            swap = bit;

            FieldElement25519 a = x2 + z2, b = x2 - z2;
            FieldElement25519 aa = a.Square(), bb = b.Square();
            FieldElement25519 e = aa - bb;
            FieldElement25519 da = (x3 - z3) * a, cb = (x3 + z3) * b;
            x3 = (da + cb).Square();
            z3 = x1 * (da - cb).Square();
            x2 = aa * bb;
            z2 = e * (aa + e.Times(A24));
        }

        FieldElement25519.Swap(ref x2, ref x3, swap);
        FieldElement25519.Swap(ref z2, ref z3, swap);
        return x2 * z2.Invert();
    }

    private static void RequireLength(int length, string name)
    {
        if (length != KeySize)
            throw new ArgumentException("Expected 32 bytes.", name);
    }
}
