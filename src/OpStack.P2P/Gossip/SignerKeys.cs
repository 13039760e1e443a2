using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Recovers who signed a block. The chain tells a signer by its address alone; the first signature that recovers to that address gives
/// the key, and from then on its signatures are checked from a table in less than half the time. Every answer is that of
/// <see cref="BlockSignature.TryRecover"/>. Safe for use from any thread: the keys are one array, replaced whole.
/// </summary>
/// <remarks>It holds at most two keys, the current signer's and the previous one's, with 320 KiB each.</remarks>
internal sealed class SignerKeys
{
    // Newest first: after a rotation the blocks are the new signer's.
    private KnownKey[] _known = [];

    /// <summary>Addresses whose keys are held.</summary>
    internal IEnumerable<Address> Known => Volatile.Read(ref _known).Select(known => known.Address);

    /// <summary>The signer, who need not be one of <paramref name="signers"/>; false for a malformed signature.</summary>
    internal bool TryRecover(UnsafeBlockSignerSnapshot signers, BlockSignature signature, Hash256 signingHash, out Address signer)
    {
        foreach (KnownKey known in Volatile.Read(ref _known))
        {
            if (signers.Includes(known.Address) && signature.IsBy(known.Key, signingHash))
            {
                signer = known.Address;
                return true;
            }
        }

        if (!signature.TryRecoverKey(signingHash, out Secp256k1PublicKey? key))
        {
            signer = default;
            return false;
        }

        signer = key.ToAddress();
        if (signers.Includes(signer))
        {
            Learn(signers, signer, key);
        }

        return true;
    }

    /// <summary>Adds a signer's key and drops those of others than <paramref name="signers"/>, which leaves two at most.</summary>
    private void Learn(UnsafeBlockSignerSnapshot signers, Address signer, Secp256k1PublicKey key)
    {
        KnownKey[] known = Volatile.Read(ref _known);
        if (known.Any(k => k.Address == signer))
        {
            return;
        }

        KnownKey learned = new(signer, new Secp256k1KnownSigner(key));
        KnownKey[] next = [learned, .. known.Where(k => signers.Includes(k.Address))];

        // Lost to another lane that learned at the same time: the next block learns what is missing.
        Interlocked.CompareExchange(ref _known, next, known);
    }

    private sealed record KnownKey(Address Address, Secp256k1KnownSigner Key);
}
