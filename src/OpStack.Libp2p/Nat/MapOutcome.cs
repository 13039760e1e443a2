using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>What became of asking a gateway for one mapping.</summary>
internal abstract record MapOutcome
{
    /// <summary>Whether the gateway has restarted since the answer before: the other mappings are gone.</summary>
    public bool HasLostState { get; init; }

    /// <summary>The port is mapped.</summary>
    /// <param name="External">Where it is reached.</param>
    /// <param name="Lifetime">For how long.</param>
    public sealed record Granted(IPEndPoint External, TimeSpan Lifetime) : MapOutcome;

    /// <summary>The gateway speaks the method, but does not map the port.</summary>
    /// <param name="Reason">In plain words, for operators.</param>
    /// <param name="RetryAfter">How long the gateway will go on saying so; null when it does not tell.</param>
    public sealed record Refused(string Reason, TimeSpan? RetryAfter = null) : MapOutcome;

    /// <summary>The gateway does not speak the method, or not now.</summary>
    /// <param name="Reason">In plain words, for operators.</param>
    public sealed record NoAnswer(string Reason) : MapOutcome;
}
