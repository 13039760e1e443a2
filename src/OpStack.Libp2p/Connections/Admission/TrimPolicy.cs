using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>
/// Who goes when there are too many connections: the peer worth least first; of equal ones the inbound first; of those the youngest first,
/// because what has lasted has proven itself and newcomers cost an attacker nothing. Never a protected peer, a connection younger than the
/// grace, or one of the outbound connections in the reserve, which are those worth most. A pure core.
/// </summary>
internal static class TrimPolicy
{
    /// <summary>
    /// The connections to close so that the low-water mark is reached, or as many as may be; none below the high-water mark.
    /// </summary>
    public static IReadOnlyList<T> Select<T>(IReadOnlyCollection<T> open, Func<PeerId, PeerWorth> worthOf, ConnectionLimits limits, TimeSpan now)
        where T : ITableEntry
    {
        if (open.Count < limits.HighWater)
        {
            return [];
        }

        List<Ranked<T>> all = Rank(open, worthOf);
        HashSet<int> reserved = [.. Enumerable.Range(0, all.Count)
            .Where(i => all[i].Connection.Direction == ConnectionDirection.Outbound)
            .TakeLast(limits.OutboundReserve)];
        return
        [
            .. all.Where((c, i) => !reserved.Contains(i) && MayGo(c, limits, now))
                .Take(open.Count - limits.LowWater)
                .Select(c => c.Connection),
        ];
    }

    /// <summary>
    /// The inbound connection that makes room for one of a peer worth <paramref name="newcomer"/> when a limit is reached: the first that a
    /// trim would take, if it is not worth more; null when there is none.
    /// </summary>
    public static T? Displaced<T>(IEnumerable<T> open, PeerWorth newcomer, Func<PeerId, PeerWorth> worthOf, ConnectionLimits limits, TimeSpan now)
        where T : class, ITableEntry
    {
        Ranked<T>? worst = Rank(open.Where(c => c.Direction == ConnectionDirection.Inbound), worthOf).Find(c => MayGo(c, limits, now));
        return worst is not null && (newcomer.IsProtected || worst.Worth.Value <= newcomer.Value) ? worst.Connection : null;
    }

    /// <summary>Whether this connection could make room for one of a peer worth enough.</summary>
    public static bool MayMakeRoom<T>(T connection, Func<PeerId, PeerWorth> worthOf, ConnectionLimits limits, TimeSpan now)
        where T : ITableEntry =>
        connection.Direction == ConnectionDirection.Inbound && MayGo(new Ranked<T>(connection, worthOf(connection.Peer)), limits, now);

    private static bool MayGo<T>(Ranked<T> candidate, ConnectionLimits limits, TimeSpan now)
        where T : ITableEntry => !candidate.Worth.IsProtected && now - candidate.Connection.OpenedAt >= limits.Grace;

    /// <summary>Worst first.</summary>
    private static List<Ranked<T>> Rank<T>(IEnumerable<T> open, Func<PeerId, PeerWorth> worthOf)
        where T : ITableEntry =>
    [
        .. open.Select(c => new Ranked<T>(c, worthOf(c.Peer)))
            .OrderBy(c => c.Worth.IsProtected)
            .ThenBy(c => c.Worth.Value)
            .ThenBy(c => c.Connection.Direction == ConnectionDirection.Outbound)
            .ThenByDescending(c => c.Connection.OpenedAt),
    ];

    private sealed record Ranked<T>(T Connection, PeerWorth Worth);
}
