using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpStack.Discv5;

namespace OpStack.P2P.Hosting.Health;

/// <summary>
/// Degraded means that the node does its work and somebody should look; Unhealthy that it does not. It depends on the facts alone: no check remembers another.
/// </summary>
internal static class HealthRules
{
    public static HealthCheckResult Judge(HealthFacts facts)
    {
        (HealthStatus Status, string Reason)[] findings = [.. Findings(facts)];
        HealthStatus worst = findings.Select(finding => finding.Status).Append(HealthStatus.Healthy).Min();
        string description = findings.Length == 0 ? $"{facts.Peers} peers, blocks come" : string.Join("; ", findings.Select(finding => finding.Reason));
        return new HealthCheckResult(worst, description, data: DataOf(facts));
    }

    private static IEnumerable<(HealthStatus Status, string Reason)> Findings(HealthFacts facts)
    {
        bool isSilent = facts.Silence >= facts.BlockTime * facts.DegradedAfter;
        if (facts.Peers == 0)
        {
            yield return (isSilent ? HealthStatus.Unhealthy : HealthStatus.Degraded, "no peers");
        }

        if (isSilent)
        {
            bool isLong = facts.Silence >= facts.BlockTime * facts.UnhealthyAfter;
            yield return (isLong ? HealthStatus.Unhealthy : HealthStatus.Degraded, FormattableString.Invariant($"no block for {facts.Silence.TotalSeconds:F0} s"));
        }

        if (facts.IsDiscoveryWanted && facts.Discovery != Discv5Health.Healthy)
        {
            yield return (HealthStatus.Degraded, "discovery is dead");
        }

        foreach (PartStatus part in facts.Parts.Where(part => part.State == PartState.Failing))
        {
            yield return (part.Part == NetworkPart.Gossip ? HealthStatus.Unhealthy : HealthStatus.Degraded, $"{part.Part} fails: {part.LastFault}");
        }
    }

    private static Dictionary<string, object> DataOf(HealthFacts facts)
    {
        Dictionary<string, object> data = new()
        {
            ["peers"] = facts.Peers,
            ["upSeconds"] = (long)facts.Up.TotalSeconds,
            ["discovery"] = !facts.IsDiscoveryWanted ? "Off" : facts.Discovery?.ToString() ?? "Restarting",
        };
        if (facts.SinceBlock is { } since)
        {
            data["blockAgeSeconds"] = (long)since.TotalSeconds;
        }

        foreach (PartStatus part in facts.Parts)
        {
            data[$"part{part.Part}"] = part.State.ToString();
        }

        return data;
    }
}
