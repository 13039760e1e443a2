using OpStack.P2P.Peers;
using OpStack.P2P.Signing;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>Settings of <see cref="L1SignerSource"/>.</summary>
public sealed record L1SignerSourceOptions
{
    /// <summary>The JSON-RPC of an L1 node, http or https (op-node --l1). May hold secrets, and a user: only its host is ever logged.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The SystemConfig contract (<see cref="RollupConfig.L1SystemConfigAddress"/>).</summary>
    public required Address SystemConfig { get; init; }

    /// <summary>How many blocks below the head of L1 is read, at most 10,000; the head itself while L1 has fewer (op-node --verifier.l1-confs). Default 0.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Between two reads: 10 ms to a day, or infinite for one. Default 10 min.</summary>
    public TimeSpan ReloadInterval { get; init; } = SigningLimits.ReloadInterval;

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is wrong.</summary>
    public void Validate()
    {
        Require(Endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(Endpoint), "an http or https URL");
        Require(!SystemConfig.IsZero, nameof(SystemConfig), "the address of the SystemConfig contract");
        Require(Confirmations <= 10_000, nameof(Confirmations), "at most 10,000");
        Require(
            ReloadInterval == Timeout.InfiniteTimeSpan || (ReloadInterval >= TimeSpan.FromMilliseconds(10) && ReloadInterval <= TimeSpan.FromDays(1)),
            nameof(ReloadInterval),
            "10 ms to a day, or infinite");
    }

    /// <summary>The host and the contract alone: a URL may hold a key.</summary>
    public override string ToString() => $"SystemConfig {SystemConfig} at {Endpoint.Host}";

    private static void Require(bool holds, string name, string range) =>
        PeerSettings.Require(holds, nameof(L1SignerSourceOptions), name, range);
}
