namespace OpStack.Libp2p.Nat.NatPmp;

/// <summary>Result codes of NAT-PMP (RFC 6886 section 3.5).</summary>
internal enum NatPmpResult
{
    Success = 0,
    UnsupportedVersion = 1,
    NotAuthorized = 2,
    NetworkFailure = 3,
    OutOfResources = 4,
    UnsupportedOpcode = 5,
}
