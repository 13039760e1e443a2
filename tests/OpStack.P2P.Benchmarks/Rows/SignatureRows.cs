using OpStack.P2P.Benchmarks.References;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>secp256k1, against Bitcoin Core's library (target 1).</summary>
internal static class SignatureRows
{
    private const string Reference = "libsecp256k1";
    private const double KnownSigner = 0.5;
    private const double UnknownSigner = 1.5;
    private const double ConstantTime = 2;

    public static IEnumerable<Row> Create() =>
    [
        new("secp256k1 check, known signer", Reference + " recover", Target.TimeAtMost(KnownSigner), Check),
        new("secp256k1 recover, unknown signer", Reference, Target.TimeAtMost(UnknownSigner), Recover),
        new("secp256k1 sign", Reference, Target.TimeAtMost(ConstantTime), Sign),
        new("secp256k1 ECDH", Reference, Target.TimeAtMost(ConstantTime), Agree),
        new("secp256k1 verify", Reference, Target.None, Verify),
    ];

    private static Contest Check()
    {
        LibSecp256k1 library = new();
        Signed signed = new();
        Secp256k1KnownSigner signer = new(signed.Key.PublicKey);
        return new Contest(
            () => Must(signer.HasSigned(signed.Hash, signed.Signature.AsSpan(0, 64), signed.Signature[64])),
            () => Must(library.Recover(signed.Hash, signed.Signature)));
    }

    private static Contest Recover()
    {
        LibSecp256k1 library = new();
        Signed signed = new();
        return new Contest(
            () => Must(Secp256k1PublicKey.TryRecover(signed.Hash, signed.Signature.AsSpan(0, 64), signed.Signature[64], out _)),
            () => Must(library.Recover(signed.Hash, signed.Signature)));
    }

    private static Contest Sign()
    {
        LibSecp256k1 library = new();
        Signed signed = new();
        byte[] signature = new byte[signed.Signature.Length];
        return new Contest(() => signed.Key.SignRecoverable(signed.Hash, signature), () => Must(library.Sign(signed.Hash, signed.Secret)));
    }

    private static Contest Agree()
    {
        LibSecp256k1 library = new();
        Signed signed = new();
        byte[] shared = new byte[Secp256k1PublicKey.CompressedSize];
        return new Contest(
            () =>
            {
                Must(Secp256k1PublicKey.TryParse(signed.PublicKey, out Secp256k1PublicKey? key));
                signed.Key.Agree(key!, shared);
            },
            () => Must(library.Agree(signed.PublicKey, signed.Secret)));
    }

    private static Contest Verify()
    {
        LibSecp256k1 library = new();
        Signed signed = new();
        return new Contest(
            () =>
            {
                Must(Secp256k1PublicKey.TryParse(signed.PublicKey, out Secp256k1PublicKey? key));
                Must(key!.Verify(signed.Hash, signed.Signature.AsSpan(0, 64)));
            },
            () => Must(library.Verify(signed.Hash, signed.Signature, signed.PublicKey)));
    }

    private static void Must(bool success)
    {
        if (!success)
        {
            throw new InvalidOperationException("A valid operation was refused.");
        }
    }

    /// <summary>A signed hash and all that belongs to it; the key lives as long as the process.</summary>
    private sealed class Signed
    {
        public Signed()
        {
            Key.Export(Secret);
            Key.PublicKey.WriteCompressed(PublicKey);
            Key.SignRecoverable(Hash, Signature);
        }

        public Secp256k1PrivateKey Key { get; } = TestBlocks.NewSequencerKey();

        public byte[] Secret { get; } = new byte[Secp256k1PrivateKey.Size];

        public byte[] PublicKey { get; } = new byte[Secp256k1PublicKey.CompressedSize];

        public byte[] Hash { get; } = Keccak256.Hash("block"u8).ToArray();

        public byte[] Signature { get; } = new byte[BlockSignature.Size];
    }
}
