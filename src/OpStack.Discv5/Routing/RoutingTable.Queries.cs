using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Routing;

/// <content>Reading the table: for lookups, for answers to others, for the host.</content>
internal sealed partial class RoutingTable<TRecord>
{
    /// <summary>
    /// The up to <paramref name="count"/> nodes closest to <paramref name="target"/>, the closest first, live or not: what a lookup starts
    /// from.
    /// </summary>
    public List<TableEntry<TRecord>> Closest(NodeId target, int count)
    {
        List<TableEntry<TRecord>> closest = new(count + 1);
        foreach (TableEntry<TRecord> entry in Entries())
        {
            if (closest.Count == count && NodeId.CompareDistance(target, closest[^1].NodeId, entry.NodeId) <= 0)
            {
                continue;
            }

            int place = closest.Count;
            while (place > 0 && NodeId.CompareDistance(target, entry.NodeId, closest[place - 1].NodeId) < 0)
            {
                place--;
            }

            closest.Insert(place, entry);
            if (closest.Count > count)
            {
                closest.RemoveAt(count);
            }
        }

        return closest;
    }

    /// <summary>
    /// The answer to a FINDNODE: nodes at exactly the distances asked for, in that order, at most <paramref name="max"/>. Never the
    /// requester, nor an address its own network keeps it from using (RelayAddressCheck: geth would drop such a record). Distance 0 is our
    /// own record and not the table's business; repeated distances and those above 256 are passed over.
    /// </summary>
    /// <param name="distances">Logarithmic distances from us.</param>
    /// <param name="max">The most records, 16 by the specification.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="requesterAddress">From where.</param>
    /// <param name="onlyLive">Whether nodes that have not answered a PING yet are left out, as they must be in answers.</param>
    public List<TRecord> AtDistances(
        ReadOnlySpan<int> distances, int max, NodeId requester, IPAddress requesterAddress, bool onlyLive = true)
    {
        List<TRecord> found = [];
        for (int i = 0; i < distances.Length; i++)
        {
            int distance = distances[i];
            if (distance is < 1 or > RoutingLimits.Buckets || distances[..i].Contains(distance) || _buckets[distance - 1] is not { } bucket)
            {
                continue;
            }

            foreach (TableEntry<TRecord> entry in bucket.Entries)
            {
                if (found.Count == max)
                {
                    return found;
                }

                if ((entry.IsLive || !onlyLive) && entry.NodeId != requester &&
                    RelayAddressCheck.Check(requesterAddress, entry.Endpoint) == RelayAddressVerdict.Valid)
                {
                    found.Add(entry.Record);
                }
            }
        }

        return found;
    }

    /// <summary>A random node of the table, each as likely as any other; null if it is empty.</summary>
    public TableEntry<TRecord>? RandomEntry() => Count == 0 ? null : Entries().ElementAt(_random.Next(Count));

    /// <summary>All nodes as they stand, by rising distance.</summary>
    public IReadOnlyList<TableNode<TRecord>> Snapshot() => [.. Entries().Select(entry => entry.ToNode())];

    private IEnumerable<TableEntry<TRecord>> Entries()
    {
        foreach (Bucket<TRecord>? bucket in _buckets)
        {
            if (bucket is null)
            {
                continue;
            }

            foreach (TableEntry<TRecord> entry in bucket.Entries)
            {
                yield return entry;
            }
        }
    }
}
