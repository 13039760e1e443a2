namespace OpStack.P2P;

/// <summary>How a part of a <see cref="Network"/> does.</summary>
public enum PartState
{
    /// <summary>Not wanted, not started, or stopped.</summary>
    Off,

    /// <summary>It does its work.</summary>
    Running,

    /// <summary>What it tried last failed; it is tried again.</summary>
    Failing,
}

/// <summary>A part of a <see cref="Network"/> at one moment.</summary>
/// <param name="Part">Which.</param>
/// <param name="State">How it does.</param>
/// <param name="Faults">Failures since the start.</param>
/// <param name="LastFault">What the last one was, for a person; null before the first. Names no secrets.</param>
/// <param name="LastFaultAt">When it was, UTC.</param>
public sealed record PartStatus(NetworkPart Part, PartState State, long Faults, string? LastFault, DateTimeOffset? LastFaultAt);
