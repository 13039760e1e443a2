using System.Net;
using System.Threading.Channels;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>
/// What a host asks of running discovery (kona's Discv5Handler). Any thread may call; calls run side by side, and one that waits for a peer
/// holds no other up. Throws <see cref="Discv5Exception"/> (Stopped) once the driver is disposed.
/// </summary>
public sealed class Discv5Handler : IBanTarget
{
    private readonly Discv5Driver _driver;
    private readonly IDiscv5Network _network;

    internal Discv5Handler(Discv5Driver driver, IDiscv5Network network, DiscoverySettings settings, ChannelReader<Enr> enrs)
    {
        _driver = driver;
        _network = network;
        ChainId = settings.ChainId;
        Enrs = enrs;
    }

    /// <summary>The chain whose nodes are looked for.</summary>
    public ulong ChainId { get; }

    /// <summary>
    /// Records of our chain's nodes worth dialling, again each time they turn up, so that lost peers are dialled again. At most 1,024 wait;
    /// the oldest is dropped and counted. Completes when the driver is disposed. Empty when forwarding is off.
    /// </summary>
    public ChannelReader<Enr> Enrs { get; }

    /// <summary>Our record as it is now.</summary>
    public Enr LocalEnr => _network.LocalEnr;

    /// <summary>The UDP addresses bound, with their actual ports.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => _network.LocalEndPoints;

    /// <summary>Whether discovery does its work: for a host's health check. The service logs each change.</summary>
    public Discv5Health Health => _network.Health;

    /// <summary>The records of the routing table, of whatever network.</summary>
    public async Task<IReadOnlyList<Enr>> GetTableEnrsAsync(CancellationToken cancellationToken = default) =>
        [.. (await _network.GetTableAsync(cancellationToken).ConfigureAwait(false)).Select(entry => entry.Record)];

    /// <summary>The routing table with what is known of each node.</summary>
    public Task<IReadOnlyList<TableEntryInfo>> GetTableInfosAsync(CancellationToken cancellationToken = default) =>
        _network.GetTableAsync(cancellationToken);

    /// <summary>Nodes of the table that we have a session with, of whatever network.</summary>
    public async Task<int> GetPeerCountAsync(CancellationToken cancellationToken = default) =>
        (await _network.GetTableAsync(cancellationToken).ConfigureAwait(false)).Count(entry => entry.IsConnected);

    /// <summary>Counters of protocol and driver.</summary>
    public async Task<DiscoveryMetrics> GetMetricsAsync(CancellationToken cancellationToken = default) =>
        _driver.MetricsWith(await _network.GetMetricsAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Asks a node for its signed record. Throws <see cref="Discv5Exception"/> when it does not answer, and when its host name cannot be
    /// looked up: NoAddress, or Timeout after 10 s.
    /// </summary>
    public Task<Enr> RequestEnrAsync(NodeRecord enode, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(enode);
        return _driver.RequestEnrAsync(enode, cancellationToken);
    }

    /// <summary>
    /// The same for /ip4|ip6/…/udp/…/p2p/… with or without a tcp port in it; with tcp alone its port is taken for udp.
    /// Throws <see cref="ArgumentException"/> for another address, or one without a secp256k1 peer id.
    /// </summary>
    public Task<Enr> RequestEnrAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return DiscoveryAddress.TryGetContact(address, out NodeContact? contact)
            ? _network.RequestEnrAsync(contact, cancellationToken)
            : throw new ArgumentException($"{address} names no address, UDP port and secp256k1 peer id.", nameof(address));
    }

    /// <summary>Offers a record to the table; if it is of our chain, it also comes out of <see cref="Enrs"/>.</summary>
    public async ValueTask AddEnrAsync(Enr record, CancellationToken cancellationToken = default)
    {
        await _network.AddEnrAsync(record, cancellationToken).ConfigureAwait(false);
        await TellAsync(new DriverInput.Found(record, Answered: false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Bans nodes for a time: the IP addresses and the peer ids named, and the table's nodes at those IP addresses. Their packets are not
    /// looked at, their records not taken, stored or given to the host. Addresses that name neither are passed over.
    /// </summary>
    public async ValueTask BanAsync(IEnumerable<Multiaddr> addresses, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        HashSet<NodeId> nodes = [];
        HashSet<IPAddress> ips = [];
        foreach (Multiaddr address in addresses)
        {
            if (DiscoveryAddress.TryGetIp(address, out IPAddress? ip))
            {
                ips.Add(ip);
            }

            if (address.PeerId is { } peer && peer.TryGetSecp256k1Key(out Secp256k1PublicKey? key))
            {
                nodes.Add(NodeId.FromPublicKey(key));
            }
        }

        foreach (Enr record in await GetTableEnrsAsync(cancellationToken).ConfigureAwait(false))
        {
            if ((record.Ip4 is { } ip4 && ips.Contains(ip4)) || (record.Ip6 is { } ip6 && ips.Contains(ip6)))
            {
                nodes.Add(record.NodeId);
            }
        }

        // The loop first: a record of a banned node must not slip to the host between.
        await TellAsync(new DriverInput.Ban([.. nodes], [.. ips], duration), cancellationToken).ConfigureAwait(false);
        foreach (NodeId node in nodes)
        {
            await _network.BanAsync(node, duration, cancellationToken).ConfigureAwait(false);
        }

        foreach (IPAddress ip in ips)
        {
            await _network.BanAsync(ip, duration, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="Discv5Driver.AdvertiseAsync"/>.</summary>
    internal Task AdvertiseAsync(MappedAddress? mapped, CancellationToken cancellationToken) => _driver.AdvertiseAsync(mapped, cancellationToken);

    ValueTask IBanTarget.BanAsync(BanOrder order, CancellationToken cancellationToken) =>
        BanAsync([.. order.Addresses, Multiaddr.Parse($"/p2p/{order.Peer}")], order.Duration, cancellationToken);

    private async ValueTask TellAsync(DriverInput input, CancellationToken cancellationToken)
    {
        try
        {
            await _driver.PostAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new Discv5Exception(Discv5Error.Stopped, "The discovery driver is disposed.", e);
        }
    }
}
