using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>What a soak fails on.</summary>
internal static class SoakVerdict
{
    private const double MinDelivered = 0.99;

    /// <summary>What is wrong with these rows: nothing in a run that passes.</summary>
    public static IReadOnlyList<string> Judge(IReadOnlyList<SoakRow> rows)
    {
        (double, VictimFigures)[] figures = [.. rows.Select(row => (row.Minute, row.Figures))];
        long published = rows.Sum(row => row.Published), delivered = rows.Sum(row => row.Figures.Blocks);
        VictimFigures last = rows[^1].Figures;
        int idle = rows.Count(row => row.Churned == 0), peaceful = rows.Count(row => row.Attack.Length == 0);
        int detached = rows.Max(row => row.Figures.GossipPeers - row.Figures.Inbound - row.Figures.Outbound);
        return
        [
            .. SoakLimit.All.Select(limit => limit.Judge(figures)).OfType<string>(),
            .. Unless(delivered >= Math.Floor(published * MinDelivered), $"{delivered} of {published} blocks delivered"),
            .. Unless(idle == 0, $"{idle} rows in which no peer came or went"),
            .. Unless(peaceful == 0, $"{peaceful} rows without an attack"),
            .. Unless(last.Unobserved == 0, $"{last.Unobserved} exceptions that nobody observed"),
            .. Unless(last.GossipFaults + last.PartFaults == 0, $"{last.GossipFaults} faults of gossip, {last.PartFaults} of the node's parts"),
            .. Unless(last.DiscoveryIsHealthy, "discovery does not work"),
            .. Unless(detached <= 0, $"{detached} peers of gossip that are not connected"),
        ];
    }

    private static string[] Unless(bool holds, string text) => holds ? [] : [text];
}
