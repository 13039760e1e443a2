using System.Security.Cryptography;
using OpStack.Libp2p.Identity;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Node;

/// <summary>One secp256k1 key, the identity of discv5, as that of libp2p (op-node p2p/host.go).</summary>
internal static class NodeIdentity
{
    /// <summary>The same key; a copy of its secret, the caller's to dispose.</summary>
    public static KeyPair ToKeyPair(Secp256k1PrivateKey key)
    {
        Span<byte> secret = stackalloc byte[Secp256k1PrivateKey.Size];
        key.Export(secret);
        try
        {
            return KeyPair.FromSecp256k1(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
