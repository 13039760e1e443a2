using System.Collections.Concurrent;
using System.Diagnostics;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>One node of the devnet: a gossip driver and what it has delivered.</summary>
internal sealed class DevnetNode : IAsyncDisposable
{
    private readonly KeyPair _key;
    private readonly ConcurrentDictionary<ulong, Delivery> _deliveries = new();
    private ulong _highest;
    private Task? _reading;

    public DevnetNode(string name, RollupConfig config, Address sequencer, KeyPair key)
    {
        Name = name;
        _key = key;
        Driver = new GossipDriverBuilder(config, sequencer, Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), key).Build();
    }

    public string Name { get; }

    public GossipDriver Driver { get; }

    /// <summary>Address with /p2p, for others to dial.</summary>
    public Multiaddr Address => Driver.ListenAddresses[0].WithPeerId(Driver.LocalPeerId);

    public IReadOnlyDictionary<ulong, Delivery> Deliveries => _deliveries;

    /// <summary>Whether this node delivered the block; another one at the same height does not count.</summary>
    public bool Has(PublishedBlock block) => _deliveries.TryGetValue(block.Number, out Delivery? delivery) && delivery.BlockHash == block.Hash;

    /// <summary>Blocks delivered after a higher one.</summary>
    public int OutOfOrder { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Driver.StartAsync(cancellationToken);
        _reading = ReadAsync();
    }

    /// <summary>Mesh peers of a topic now.</summary>
    public async Task<int> MeshDegreeAsync(string topic, CancellationToken cancellationToken) =>
        (await Driver.GetSnapshotAsync(cancellationToken)).Mesh.TryGetValue(topic, out IReadOnlyList<PeerId>? mesh) ? mesh.Count : 0;

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        if (_reading is not null)
        {
            await _reading;
        }

        _key.Dispose();
    }

    /// <summary>Reads until the driver is disposed.</summary>
    private async Task ReadAsync()
    {
        await foreach (GossipEvent next in Driver.Events)
        {
            if (next is BlockReceived block)
            {
                ulong number = block.Envelope.Payload.BlockNumber;
                _deliveries.TryAdd(number, new Delivery(Stopwatch.GetTimestamp(), block.Source, block.Envelope.Payload.BlockHash));
                OutOfOrder += number < _highest ? 1 : 0;
                _highest = Math.Max(_highest, number);
            }
        }
    }

    /// <summary>When a block came, from which peer first, and which block it was.</summary>
    internal sealed record Delivery(long Timestamp, PeerId Source, Hash256 BlockHash);
}
