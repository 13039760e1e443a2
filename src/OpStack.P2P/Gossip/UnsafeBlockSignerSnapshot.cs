using OpStack.Primitives;

namespace OpStack.P2P.Gossip;

/// <summary>
/// A signer that was replaced, and when, as a timestamp of the clock: a step of the wall clock must not lengthen the grace.
/// </summary>
internal readonly record struct ReplacedSigner(Address Signer, long ReplacedAt);

/// <summary>Who may sign, at one moment.</summary>
/// <param name="Current">The zero address for none.</param>
/// <param name="Previous">The one before it, in its grace period.</param>
internal sealed record UnsafeBlockSignerSnapshot(Address Current, ReplacedSigner? Previous)
{
    /// <summary>True for the current signer and the previous one.</summary>
    internal bool Includes(Address signer) => signer == Current || signer == Previous?.Signer;
}
