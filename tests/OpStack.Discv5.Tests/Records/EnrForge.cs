using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.Discv5.Tests.Records;

/// <summary>Signs what no builder would: any list of items as the content of a record.</summary>
internal static class EnrForge
{
    /// <summary>The key of the EIP-778 example.</summary>
    internal static Secp256k1PrivateKey Key { get; } = KeyOf("b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291");

    internal static Secp256k1PrivateKey KeyOf(string hex)
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(Convert.FromHexString(hex), out Secp256k1PrivateKey? key));
        return key;
    }

    /// <summary>A record of the items, each RLP already, validly signed over them.</summary>
    internal static byte[] Sign(params byte[][] items)
    {
        byte[] content = [.. items.SelectMany(item => item)];
        byte[] signature = new byte[Secp256k1Signature.RecoverableSize];
        Key.SignRecoverable(Keccak256.Hash(List(content)).AsSpan(), signature);
        return List([.. Text(signature[..Secp256k1Signature.Size]), .. content]);
    }

    /// <summary>id and secp256k1, the entries no record is without.</summary>
    internal static byte[] IdAndKey => [.. Text("id"), .. Text("v4"), .. Text("secp256k1"), .. Text(CompressedKey)];

    internal static byte[] CompressedKey
    {
        get
        {
            byte[] compressed = new byte[Secp256k1PublicKey.CompressedSize];
            Key.PublicKey.WriteCompressed(compressed);
            return compressed;
        }
    }

    internal static byte[] Text(string text) => Text(System.Text.Encoding.ASCII.GetBytes(text));

    internal static byte[] Text(byte[] bytes)
    {
        byte[] rlp = new byte[RlpWriter.LengthOfBytes(bytes)];
        new RlpWriter(rlp).WriteBytes(bytes);
        return rlp;
    }

    internal static byte[] List(byte[] items)
    {
        byte[] rlp = new byte[RlpWriter.LengthOfList(items.Length)];
        RlpWriter writer = new(rlp);
        writer.WriteListPrefix(items.Length);
        writer.WriteEncoded(items);
        return rlp;
    }
}
