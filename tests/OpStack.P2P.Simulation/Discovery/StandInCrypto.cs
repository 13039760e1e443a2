using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>
/// Crypto for thousands of nodes that all hold to the rules: of the real sizes, drawing as much randomness, and worth nothing against anyone who does
/// not. What one node signs another verifies, both ends of a handshake come to the same keys, and a message under other keys does not open; so a run
/// takes the very course it takes with real crypto (<c>VirtualNetworkTests</c> compare the two).
/// </summary>
internal sealed class StandInCrypto : IDiscv5Crypto
{
    private readonly VerifiedRecords _records = new();

    public bool TryReadRecord(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record) => _records.TryRead(rlp, out record);

    public void Propose(Secp256k1PublicKey peer, Random random, Span<byte> ephemeralKey, Span<byte> secret)
    {
        ephemeralKey[0] = 2;
        random.NextBytes(ephemeralKey[1..]);
        Mix(peer, ephemeralKey, secret);
    }

    public bool TryAgree(Secp256k1PrivateKey identity, ReadOnlySpan<byte> ephemeralKey, Span<byte> secret)
    {
        Mix(identity.PublicKey, ephemeralKey, secret);
        return true;
    }

    public void Sign(Secp256k1PrivateKey identity, ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        identity.PublicKey.WriteCompressed(signature[..Secp256k1PublicKey.CompressedSize]);
        hash[1..].CopyTo(signature[Secp256k1PublicKey.CompressedSize..]);
    }

    public bool Verify(Secp256k1PublicKey identity, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        Span<byte> key = stackalloc byte[Secp256k1PublicKey.CompressedSize];
        identity.WriteCompressed(key);
        return signature.StartsWith(key) && signature[key.Length..].SequenceEqual(hash[1..]);
    }

    public IMessageCipher CreateCipher(ReadOnlySpan<byte> key) => new Cipher(BinaryPrimitives.ReadUInt128LittleEndian(key));

    /// <summary>A point that both sides can name: that of the one XOR that of the other.</summary>
    private static void Mix(Secp256k1PublicKey identity, ReadOnlySpan<byte> ephemeralKey, Span<byte> secret)
    {
        identity.WriteCompressed(secret);
        for (int i = 1; i < secret.Length; i++)
        {
            secret[i] ^= ephemeralKey[i];
        }
    }

    /// <summary>Leaves the message readable and checks it by a sum under the key.</summary>
    private sealed class Cipher(UInt128 key) : IMessageCipher
    {
        public void Encrypt(PacketNonce nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> destination)
        {
            plaintext.CopyTo(destination);
            BinaryPrimitives.WriteUInt128LittleEndian(destination[plaintext.Length..], Sum(nonce, plaintext, associatedData));
        }

        public bool TryDecrypt(
            PacketNonce nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, Span<byte> plaintext, out int written)
        {
            written = 0;
            int length = ciphertext.Length - PacketLimits.TagSize;
            if (length < 0 || plaintext.Length < length
                || BinaryPrimitives.ReadUInt128LittleEndian(ciphertext[length..]) != Sum(nonce, ciphertext[..length], associatedData))
            {
                return false;
            }

            ciphertext[..length].CopyTo(plaintext);
            written = length;
            return true;
        }

        public void Dispose()
        {
            // A number needs no disposal.
        }

        private UInt128 Sum(PacketNonce nonce, ReadOnlySpan<byte> message, ReadOnlySpan<byte> associatedData)
        {
            Span<byte> nonceBytes = stackalloc byte[PacketLimits.NonceSize];
            nonce.Write(nonceBytes);
            ulong sum = Add(Add(Add((ulong)key, nonceBytes), associatedData), message);
            return new UInt128((ulong)(key >> 64) ^ sum, sum);
        }

        private static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
        {
            const ulong odd = 0x9e3779b97f4a7c15;
            for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            {
                sum = ulong.RotateLeft((sum ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * odd, 29);
            }

            foreach (byte b in bytes)
            {
                sum = ulong.RotateLeft((sum ^ b) * odd, 29);
            }

            return sum;
        }
    }
}
