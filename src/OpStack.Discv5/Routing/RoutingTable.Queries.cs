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
    public List<TableEntry<TRecord>> Closest(NodeId target, int count) =>
        Closest(target, count, Comparer<TableEntry<TRecord>>.Create((a, b) => NodeId.CompareDistance(target, a.NodeId, b.NodeId)));

    /// <summary>The same by a comparison of distances to the target, which its tests count.</summary>
    /// <remarks>
    /// A node of the bucket at distance d differs from us in the bit that d stands for and in none above it. So it has the target's bit there
    /// when target and we differ in it, and is closer to the target than whatever lies in lower buckets; otherwise it is farther. That orders the
    /// buckets, and only those that are needed are looked into.
    /// </remarks>
    internal List<TableEntry<TRecord>> Closest(NodeId target, int count, IComparer<TableEntry<TRecord>> byDistance)
    {
        List<TableEntry<TRecord>> closest = new(Math.Min(count, Count) + RoutingLimits.BucketSize);
        for (int distance = RoutingLimits.Buckets; distance > 0 && closest.Count < count; distance--)
        {
            if (Self.DiffersAt(distance, target))
            {
                Append(distance);
            }
        }

        for (int distance = 1; distance <= RoutingLimits.Buckets && closest.Count < count; distance++)
        {
            if (!Self.DiffersAt(distance, target))
            {
                Append(distance);
            }
        }

        closest.RemoveRange(Math.Min(count, closest.Count), Math.Max(0, closest.Count - count));
        return closest;

        void Append(int distance)
        {
            if (_buckets[distance - 1] is { } bucket)
            {
                closest.AddRange(bucket.Entries);
                closest.Sort(closest.Count - bucket.Entries.Count, bucket.Entries.Count, byDistance);
            }
        }
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
