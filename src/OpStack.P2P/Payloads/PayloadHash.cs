using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P;

/// <summary>
/// keccak256 of everything that follows the signature in a block message: the parent beacon block root (V3, V4) and the SSZ payload.
/// </summary>
/// <param name="Value">The hash.</param>
public readonly record struct PayloadHash(Hash256 Value)
{
    /// <summary>Hashes the bytes after the signature.</summary>
    public static PayloadHash Compute(ReadOnlySpan<byte> body) => new(Keccak256.Hash(body));

    /// <summary>What the sequencer signs: keccak256(32 zero bytes ‖ chain id as 32 bytes big-endian ‖ this hash).</summary>
    /// <param name="chainId">The L2 chain id.</param>
    public Hash256 SigningHash(ulong chainId) => SigningHash(Hash256.Zero, chainId);

    /// <summary>
    /// The same under another signing domain; version 1 blocks have the zero domain (op-node gossip.go SigningDomainBlocksV1).
    /// </summary>
    internal Hash256 SigningHash(Hash256 domain, UInt256 chainId)
    {
        Span<byte> message = stackalloc byte[Hash256.Size + UInt256.Size + Hash256.Size];
        domain.CopyTo(message);
        chainId.WriteBigEndian(message[Hash256.Size..]);
        Value.CopyTo(message[(Hash256.Size + UInt256.Size)..]);
        return Keccak256.Hash(message);
    }

    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => Value.ToString();
}
