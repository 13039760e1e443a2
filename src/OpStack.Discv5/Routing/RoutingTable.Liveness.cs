namespace OpStack.Discv5.Routing;

/// <content>Revalidation: who is pinged when, and what an answer or its absence means.</content>
internal sealed partial class RoutingTable<TRecord>
{
    private readonly RevalidationList<TRecord> _fast;
    private readonly RevalidationList<TRecord> _slow;

    /// <summary>When <see cref="TryNextPing"/> may have something next; null while there is nobody to ping.</summary>
    public TimeSpan? NextPing
    {
        get
        {
            TimeSpan? next = null;
            foreach (TimeSpan? due in (ReadOnlySpan<TimeSpan?>)[NextCandidate, _fast.Next, _slow.Next])
            {
                next = next is null || due < next ? due ?? next : next;
            }

            return next;
        }
    }

    /// <summary>
    /// The next node to PING, if one is due; to be called until false. The outcome must be told by <see cref="PingAnswered"/> or <see
    /// cref="PingFailed"/>.
    /// </summary>
    public bool TryNextPing(TimeSpan now, out PingTarget<TRecord> target)
    {
        if ((TakeDueCandidate(now) ?? _fast.TakeDue(now) ?? _slow.TakeDue(now)) is not { } entry)
        {
            target = default;
            return false;
        }

        entry.IsPinging = true;
        target = new PingTarget<TRecord>(entry.Record, entry.Endpoint);
        return true;
    }

    /// <summary>
    /// The node answered: one check more, live, and from now on checked at the slow pace. If it has moved since the PING, that proves
    /// nothing. False if the node is not, or does not become, part of the table. A newer record the PONG announces is to be fetched and
    /// offered to <see cref="Add"/>.
    /// </summary>
    public bool PingAnswered(in PingTarget<TRecord> target, TimeSpan now)
    {
        NodeId node = target.Record.NodeId;
        if (_candidates.Find(c => c.NodeId == node) is { } candidate)
        {
            return Admit(candidate, now);
        }

        if (Find(node) is not { } entry)
        {
            return false;
        }

        entry.IsPinging = false;
        if (entry.Endpoint.Equals(target.Endpoint))
        {
            MarkAlive(entry, now);
            _slow.Take(entry, now);
        }

        return true;
    }

    /// <summary>
    /// The node did not answer: its checks are divided by 3, and at 0 it is removed and a random replacement moves up. Until then it is
    /// checked at the fast pace. If it has moved since the PING, that proves nothing.
    /// </summary>
    public void PingFailed(in PingTarget<TRecord> target, TimeSpan now)
    {
        NodeId node = target.Record.NodeId;
        if (RemoveCandidate(node) || Find(node) is not { } entry)
        {
            return;
        }

        entry.IsPinging = false;
        if (!entry.Endpoint.Equals(target.Endpoint))
        {
            return;
        }

        entry.Checks /= RoutingLimits.FailedCheckDivisor;
        if (entry.Checks == 0)
        {
            RemoveEntry(BucketOf(node), node, now);
        }
        else
        {
            _fast.Take(entry, now);
        }
    }

    /// <summary>
    /// How a FINDNODE to a node ended. Useful means at least one record; five in a row that are not remove the node if its bucket has at
    /// least 4.
    /// </summary>
    public void FindEnded(NodeId node, bool useful, TimeSpan now)
    {
        if (Find(node) is not { } entry)
        {
            return;
        }

        entry.FindFailures = useful ? 0 : entry.FindFailures + 1;
        Bucket<TRecord> bucket = BucketOf(node);
        if (entry.FindFailures >= RoutingLimits.MaxFindFailures && bucket.Entries.Count >= RoutingLimits.MinEntriesForRemoval)
        {
            RemoveEntry(bucket, node, now);
        }
    }

    private static void MarkAlive(TableEntry<TRecord> entry, TimeSpan now)
    {
        entry.Checks++;
        entry.IsLive = true;
        entry.LastSeen = now;
    }
}
