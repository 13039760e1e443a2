using System.Diagnostics;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Devnet;

/// <summary>The run: start the nodes, let them find each other, publish, wait for the deliveries, sum up.</summary>
internal sealed class DevnetRun(DevnetOptions options, IReport report)
{
    private const ulong ChainId = 901; // The chain id of Optimism's own devnets.

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(options.Seed);
    private readonly List<DevnetNode> _nodes = [];

    private DevnetNode Sequencer => _nodes[0];

    private IReadOnlyList<DevnetNode> Followers => _nodes[1..];

    /// <summary>True when every follower delivered every height.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        RollupConfig config = DevnetChain.Config(ChainId, options.BlockTime);
        using Secp256k1PrivateKey sequencerKey = NewKey();
        try
        {
            for (int i = 0; i < options.Nodes; i++)
            {
                DevnetNode node = new(i == 0 ? "sequencer" : $"follower-{i}", config, sequencerKey.PublicKey.ToAddress(), NewKey());
                _nodes.Add(node);

                // The sequencer's record is all that a follower knows of the others.
                await node.StartAsync(i == 0 ? null : Sequencer.Discovery!.LocalEnr, cancellationToken);
            }

            await WaitForMeshesAsync(cancellationToken);
            report.Started(_nodes);
            BlockFactory blocks = new(ChainId, sequencerKey, options.BlockSize, _random);
            return await PublishAllAsync(blocks, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report.Interrupted();
            return false;
        }
        finally
        {
            await Task.WhenAll(_nodes.Select(n => n.DisposeAsync().AsTask()));
        }
    }

    private async Task WaitForMeshesAsync(CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!await EveryoneIsInAMeshAsync(cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(begun) > ConnectPatience)
            {
                throw new InvalidOperationException($"The mesh did not form within {ConnectPatience}.");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task<bool> EveryoneIsInAMeshAsync(CancellationToken cancellationToken)
    {
        string topic = DevnetChain.Topic(ChainId);
        foreach (DevnetNode node in _nodes)
        {
            if (await node.MeshDegreeAsync(topic, cancellationToken) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> PublishAllAsync(BlockFactory blocks, CancellationToken cancellationToken)
    {
        List<(OpNetworkPayloadEnvelope Block, long PublishedAt)> published = [];
        using PeriodicTimer timer = new(options.BlockTime);
        for (int i = 0; i < options.Blocks; i++)
        {
            OpNetworkPayloadEnvelope block = blocks.Next(DateTimeOffset.UtcNow);
            long at = Stopwatch.GetTimestamp();
            await Sequencer.Driver.PublishAsync(block, cancellationToken);
            published.Add((block, at));
            await timer.WaitForNextTickAsync(cancellationToken);
            report.Block(await StatisticsAsync(block, at, cancellationToken), Followers.Count);
        }

        await WaitForDeliveriesAsync(published, cancellationToken);
        List<BlockStatistics> all = [];
        foreach ((OpNetworkPayloadEnvelope block, long at) in published)
        {
            all.Add(await StatisticsAsync(block, at, cancellationToken));
        }

        bool complete = all.TrueForAll(b => b.Delivered == Followers.Count);
        report.Summary(all, Followers, complete);
        return complete;
    }

    /// <summary>The last blocks may still be on their way.</summary>
    private async Task WaitForDeliveriesAsync(List<(OpNetworkPayloadEnvelope Block, long PublishedAt)> published, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        while (Followers.Any(f => f.Deliveries.Count < published.Count) && Stopwatch.GetElapsedTime(begun) < DeliveryPatience)
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task<BlockStatistics> StatisticsAsync(OpNetworkPayloadEnvelope block, long publishedAt, CancellationToken cancellationToken)
    {
        double degrees = 0;
        foreach (DevnetNode node in _nodes)
        {
            degrees += await node.MeshDegreeAsync(DevnetChain.Topic(ChainId), cancellationToken);
        }

        return BlockStatistics.Of(block, publishedAt, Sequencer.Driver.LocalPeerId, Followers, degrees / _nodes.Count);
    }

    private Secp256k1PrivateKey NewKey()
    {
        while (true)
        {
            byte[] secret = new byte[Secp256k1PrivateKey.Size];
            _random.NextBytes(secret);
            if (Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key))
            {
                return key;
            }
        }
    }
}
