using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Devnet;

/// <summary>One node of the devnet: gossip and discovery under one key, and what it has delivered.</summary>
internal sealed class DevnetNode : IAsyncDisposable
{
    // A node dials what discovery finds until it has so many peers; those that dial it come on top.
    private const int WantedPeers = 8;

    // Real nodes look around every 5 s; a devnet that runs for seconds cannot wait that long.
    private static readonly TimeSpan LookupInterval = TimeSpan.FromMilliseconds(500);

    private readonly RollupConfig _config;
    private readonly Secp256k1PrivateKey _nodeKey;
    private readonly KeyPair _key;
    private readonly ConcurrentDictionary<ulong, Delivery> _deliveries = new();
    private ulong _highest;
    private readonly ConcurrentDictionary<PeerId, bool> _dials = new(); // Begun and not ended: they will be peers in a moment.
    private readonly HashSet<NodeId> _discovered = [];
    private Discv5Driver? _discoveryDriver;
    private Task? _reading;
    private Task? _dialling;

    public DevnetNode(string name, RollupConfig config, Address sequencer, Secp256k1PrivateKey nodeKey)
    {
        Name = name;
        _config = config;
        _nodeKey = nodeKey;
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        nodeKey.Export(secret);
        _key = KeyPair.FromSecp256k1(secret);
        Driver = new GossipDriverBuilder(config, sequencer, Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), _key).Build();
    }

    public string Name { get; }

    public GossipDriver Driver { get; }

    /// <summary>Address with /p2p, for others to dial.</summary>
    public Multiaddr Address => Driver.ListenAddresses[0].WithPeerId(Driver.LocalPeerId);

    /// <summary>Its discovery, once started.</summary>
    public Discv5Handler? Discovery { get; private set; }

    /// <summary>Different nodes that discovery has found.</summary>
    public int Discovered => _discovered.Count;

    public IReadOnlyDictionary<ulong, Delivery> Deliveries => _deliveries;

    /// <summary>Whether this node delivered the block; another one at the same height does not count.</summary>
    public bool Has(PublishedBlock block) => _deliveries.TryGetValue(block.Number, out Delivery? delivery) && delivery.BlockHash == block.Hash;

    /// <summary>Blocks delivered after a higher one.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Listens, and begins to look for peers; <paramref name="bootNode"/> is all it knows of the network, or null.</summary>
    public async Task StartAsync(Enr? bootNode, CancellationToken cancellationToken)
    {
        Multiaddr bound = await Driver.StartAsync(cancellationToken);
        _reading = ReadAsync();
        bound.TryGetTcpEndPoint(out IPEndPoint? tcp);
        _discoveryDriver = new Discv5Builder(new LocalNode(_nodeKey, IPAddress.Loopback, tcp!.Port), _config.L2ChainId)
            .WithListenAddresses(new IPEndPoint(IPAddress.Loopback, 0))
            .WithBootnodes(bootNode is null ? BootNodes.None : new BootNodes([new BootNode(bootNode)]))
            .WithInterval(LookupInterval)
            .Build();
        Discovery = await _discoveryDriver.StartAsync(cancellationToken);
        _dialling = DialAsync(Discovery);
    }

    /// <summary>Mesh peers of a topic now.</summary>
    public async Task<int> MeshDegreeAsync(string topic, CancellationToken cancellationToken) =>
        (await Driver.GetSnapshotAsync(cancellationToken)).Mesh.TryGetValue(topic, out IReadOnlyList<PeerId>? mesh) ? mesh.Count : 0;

    public async ValueTask DisposeAsync()
    {
        // Discovery first: what it finds is dialled.
        await (_discoveryDriver?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_dialling ?? Task.CompletedTask);
        await Driver.DisposeAsync();
        await (_reading ?? Task.CompletedTask);
        _key.Dispose();
        _nodeKey.Dispose();
    }

    /// <summary>Dials what discovery finds, until it is disposed. A peer that is connected already is not dialled again.</summary>
    private async Task DialAsync(Discv5Handler discovery)
    {
        await foreach (Enr found in discovery.Enrs.ReadAllAsync())
        {
            _discovered.Add(found.NodeId);
            IReadOnlyList<PeerId> peers = Driver.ConnectedPeers;
            PeerId peer = found.PublicKey.ToPeerId();
            if (peers.Count + _dials.Count < WantedPeers && !peers.Contains(peer) && _dials.TryAdd(peer, true) && !Driver.Dial(found))
            {
                _dials.TryRemove(peer, out _);
            }
        }
    }

    /// <summary>Reads until the driver is disposed.</summary>
    private async Task ReadAsync()
    {
        await foreach (GossipEvent next in Driver.Events)
        {
            switch (next)
            {
                case PeerConnected connected:
                    _dials.TryRemove(connected.Peer, out _);
                    break;
                case DialFailed failed:
                    _dials.TryRemove(failed.Address.PeerId!, out _);
                    break;
                case BlockReceived block:
                    ulong number = block.Envelope.Payload.BlockNumber;
                    _deliveries.TryAdd(number, new Delivery(Stopwatch.GetTimestamp(), block.Source, block.Envelope.Payload.BlockHash));
                    OutOfOrder += number < _highest ? 1 : 0;
                    _highest = Math.Max(_highest, number);
                    break;
            }
        }
    }

    /// <summary>When a block came, from which peer first, and which block it was.</summary>
    internal sealed record Delivery(long Timestamp, PeerId Source, Hash256 BlockHash);
}
