namespace OpStack.Discv5.Sessions;

/// <summary>Bounds of sessions and challenges.</summary>
internal static class SessionLimits
{
    /// <summary>
    /// Sessions kept, the least recently used one dropped first (sigp session_cache_capacity; CL-2020-01 was a cache without one).
    /// </summary>
    internal const int MaxSessions = 1000;

    /// <summary>
    /// Challenges kept, the oldest dropped first. At a budget of 500 WHOAREYOUs a second all of them live out their second.
    /// </summary>
    internal const int MaxChallenges = 1024;

    /// <summary>How long a session lasts (sigp session_timeout).</summary>
    internal static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(1);

    /// <summary>How long a handshake may answer a challenge (geth handshakeTimeout, sigp request_timeout).</summary>
    internal static readonly TimeSpan ChallengeLifetime = TimeSpan.FromSeconds(1);
}
