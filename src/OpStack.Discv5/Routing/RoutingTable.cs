using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Routing;

/// <summary>
/// The Kademlia table (wire.md section 11.5): 256 buckets of 16, after geth's rules, which resist eclipse best. Nodes told by others come
/// in unproven, nodes that contact us only after they answered a PING of ours, and nobody pushes out a node that answers. A core: no clock,
/// no lock; one loop owns it.
/// </summary>
internal sealed partial class RoutingTable<TRecord>
    where TRecord : class, INodeRecord
{
    private readonly Bucket<TRecord>?[] _buckets = new Bucket<TRecord>?[RoutingLimits.Buckets];
    private readonly SubnetCounter _subnets;
    private readonly RoutingOptions _options;
    private readonly Random _random;
    private readonly IpFamilies _families;
    private readonly Func<NodeId, IPAddress, TimeSpan, bool> _permits;

    /// <param name="self">Our own id, which the table never holds.</param>
    /// <param name="random">Decides who is pinged when and who moves up.</param>
    /// <param name="families">The IP versions we can send on.</param>
    /// <param name="options">Bounds and pace; the defaults when null.</param>
    /// <param name="permits">Whether we may contact a node at an address at a time (<see cref="PacketFilter.Permits"/>); null for
    /// always.</param>
    public RoutingTable(
        NodeId self, Random random, IpFamilies families, RoutingOptions? options = null, Func<NodeId, IPAddress, TimeSpan, bool>? permits = null)
    {
        _options = options ?? new RoutingOptions();
        Self = self;
        _random = random;
        _families = families;
        _permits = permits ?? ((_, _, _) => true);
        _subnets = new SubnetCounter(_options.SubnetPerTable);
        _candidateSubnets = new SubnetCounter(_options.SubnetPerBucket);
        _fast = new RevalidationList<TRecord>(_options.PingInterval, random);
        _slow = new RevalidationList<TRecord>(RoutingLimits.SlowFactor * _options.PingInterval, random);
    }

    /// <summary>Our own id.</summary>
    public NodeId Self { get; }

    /// <summary>Nodes in the buckets, replacements not counted.</summary>
    public int Count { get; private set; }

    /// <summary>Offers a record that was told by others or configured. New nodes are not live until they answer a PING.</summary>
    public TableUpdate Add(TRecord record, TimeSpan now)
    {
        if (!TryPlace(record, now, out IPEndPoint? endpoint, out Bucket<TRecord>? bucket, out TableUpdate refusal))
        {
            return refusal;
        }

        if (bucket.Find(record.NodeId) is { } entry)
        {
            return Update(bucket, entry, record, endpoint, now);
        }

        if (bucket.FindReplacement(record.NodeId) is { } waiting)
        {
            return Update(bucket, waiting, record, endpoint, now);
        }

        return Insert(bucket, new TableEntry<TRecord>(record, endpoint), now);
    }

    /// <summary>The node's entry in its bucket, or null.</summary>
    public TableEntry<TRecord>? Find(NodeId node) => node == Self ? null : _buckets[Self.DistanceTo(node) - 1]?.Find(node);

    /// <summary>
    /// Takes a node out wherever it is, and a random replacement takes its place: for bans and for the eviction of old entries. False if it
    /// was nowhere.
    /// </summary>
    public bool Remove(NodeId node, TimeSpan now)
    {
        bool was = RemoveCandidate(node);
        if (node == Self || _buckets[Self.DistanceTo(node) - 1] is not { } bucket)
        {
            return was;
        }

        if (bucket.FindReplacement(node) is { } waiting)
        {
            Forget(bucket, bucket.Replacements, waiting);
            return true;
        }

        return RemoveEntry(bucket, node, now) || was;
    }

    /// <summary>Takes out every node at an address (under IPv6: its /64), for a ban of it. Returns how many.</summary>
    public int RemoveAddress(IPAddress address, TimeSpan now)
    {
        AddressPrefix host = AddressPrefix.Host(address);
        bool Matches(IPAddress a) => AddressPrefix.Host(a) == host;
        NodeId[] nodes =
        [
            .. _buckets.OfType<Bucket<TRecord>>().SelectMany(bucket => bucket.At(Matches)),
            .. _candidates.Where(candidate => Matches(candidate.Endpoint.Address)).Select(candidate => candidate.NodeId),
        ];
        return nodes.Count(node => Remove(node, now));
    }

    private Bucket<TRecord> BucketOf(NodeId node) => _buckets[Self.DistanceTo(node) - 1] ??= new Bucket<TRecord>(_options.SubnetPerBucket);

    /// <summary>The checks every record passes, whoever brings it.</summary>
    private bool TryPlace(
        TRecord record,
        TimeSpan now,
        [NotNullWhen(true)] out IPEndPoint? endpoint,
        [NotNullWhen(true)] out Bucket<TRecord>? bucket,
        out TableUpdate refusal)
    {
        (endpoint, bucket, refusal) = (null, null, TableUpdate.Self);
        if (record.NodeId == Self)
        {
            return false;
        }

        endpoint = ContactEndpoint.Select(record, _families);
        if (endpoint is null)
        {
            refusal = TableUpdate.NoEndpoint;
            return false;
        }

        if (!_permits(record.NodeId, endpoint.Address, now))
        {
            refusal = TableUpdate.Refused;
            return false;
        }

        bucket = BucketOf(record.NodeId);
        return true;
    }

    /// <summary>
    /// Puts a node that is in no bucket yet into its own, or into the replacement cache, where the oldest makes room. It stops being a
    /// candidate: a node is in one place only.
    /// </summary>
    private TableUpdate Insert(Bucket<TRecord> bucket, TableEntry<TRecord> entry, TimeSpan now)
    {
        RemoveCandidate(entry.NodeId);
        if (!TryCount(bucket, entry.Endpoint.Address))
        {
            return TableUpdate.SubnetLimit;
        }

        if (bucket.IsFull)
        {
            if (bucket.Replacements.Count == _options.Replacements)
            {
                Forget(bucket, bucket.Replacements, bucket.Replacements[0]);
            }

            // Whatever it proved is old by the time it moves up.
            entry.IsLive = false;
            bucket.Replacements.Add(entry);
            return TableUpdate.Replacement;
        }

        Enter(bucket, entry, now);
        return TableUpdate.Added;
    }

    private void Enter(Bucket<TRecord> bucket, TableEntry<TRecord> entry, TimeSpan now)
    {
        bucket.Entries.Add(entry);
        Count++;
        entry.AddedAt = now;
        (entry.IsLive ? _slow : _fast).Take(entry, now);
    }

    /// <summary>
    /// A higher sequence number replaces the record. A node that moved counts again for its new network and has to prove itself anew.
    /// </summary>
    private TableUpdate Update(Bucket<TRecord> bucket, TableEntry<TRecord> entry, TRecord record, IPEndPoint endpoint, TimeSpan now)
    {
        if (record.Sequence <= entry.Record.Sequence)
        {
            return TableUpdate.Known;
        }

        IPAddress before = entry.Endpoint.Address;
        if (!before.Equals(endpoint.Address))
        {
            Uncount(bucket, before);
            if (!TryCount(bucket, endpoint.Address))
            {
                TryCount(bucket, before);
                return TableUpdate.SubnetLimit;
            }
        }

        entry.Record = record;
        if (!entry.Endpoint.Equals(endpoint))
        {
            entry.Endpoint = endpoint;
            entry.IsLive = false;
            if (entry.List is not null)
            {
                _fast.Take(entry, now);
            }
        }

        return TableUpdate.Updated;
    }

    private bool RemoveEntry(Bucket<TRecord> bucket, NodeId node, TimeSpan now)
    {
        if (bucket.Find(node) is not { } entry)
        {
            return false;
        }

        entry.List?.Remove(entry);
        Forget(bucket, bucket.Entries, entry);
        Count--;
        if (bucket.Replacements.Count > 0)
        {
            int chosen = _random.Next(bucket.Replacements.Count);
            TableEntry<TRecord> replacement = bucket.Replacements[chosen];
            bucket.Replacements.RemoveAt(chosen);
            Enter(bucket, replacement, now);
        }

        return true;
    }

    private void Forget(Bucket<TRecord> bucket, List<TableEntry<TRecord>> list, TableEntry<TRecord> entry)
    {
        list.Remove(entry);
        Uncount(bucket, entry.Endpoint.Address);
    }

    private bool TryCount(Bucket<TRecord> bucket, IPAddress address)
    {
        if (!bucket.Subnets.HasRoom(address) || !_subnets.TryAdd(address))
        {
            return false;
        }

        return bucket.Subnets.TryAdd(address);
    }

    private void Uncount(Bucket<TRecord> bucket, IPAddress address)
    {
        bucket.Subnets.Remove(address);
        _subnets.Remove(address);
    }
}
