using System.Diagnostics;
using OpStack.Libp2p;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Devnet;

/// <summary>
/// The run: start the nodes, let them find each other, publish, wait for the deliveries, sum up. A block is reported at the first tick at which every
/// follower has it, or at the end.
/// </summary>
internal sealed class DevnetRun(DevnetOptions options, IReport report)
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(options.Seed);
    private readonly List<DevnetNode> _nodes = [];
    private readonly List<PublishedBlock> _waiting = [];
    private readonly List<BlockStatistics> _reported = [];

    private DevnetNode Sequencer => _nodes[0];

    private IReadOnlyList<DevnetNode> Followers => _nodes[1..];

    public async Task<RunOutcome> RunAsync(CancellationToken cancellationToken)
    {
        RollupConfig config = DevnetChain.Config(options.ChainId, options.BlockTime);
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
            if (options.RollupConfigPath is { } path)
            {
                DevnetChain.Write(config, path);
                report.Followable(path, sequencerKey.PublicKey.ToAddress(), Sequencer);
            }

            report.Started(_nodes);
            BlockFactory blocks = new(options.ChainId, sequencerKey, options.BlockSize, _random);
            await PublishAllAsync(blocks, cancellationToken);
            await WaitForDeliveriesAsync(options.IsEndless ? CancellationToken.None : cancellationToken);
            return await SumUpAsync(_reported.TrueForAll(b => b.Delivered == Followers.Count) ? RunOutcome.Complete : RunOutcome.Incomplete);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await SumUpAsync(RunOutcome.Interrupted);
        }
        catch (Exception e) when (e is Libp2pException or OpStackP2PException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            report.Failed(e.Message);
            return RunOutcome.Failed;
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
                throw new TimeoutException($"The mesh did not form within {ConnectPatience.TotalSeconds:0} s.");
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task<bool> EveryoneIsInAMeshAsync(CancellationToken cancellationToken)
    {
        string topic = DevnetChain.Topic(options.ChainId);
        foreach (DevnetNode node in _nodes)
        {
            if (await node.MeshDegreeAsync(topic, cancellationToken) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private async Task PublishAllAsync(BlockFactory blocks, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(options.BlockTime);
        try
        {
            for (int i = 0; options.IsEndless || i < options.Blocks; i++)
            {
                OpNetworkPayloadEnvelope block = blocks.Next(DateTimeOffset.UtcNow);
                PublishedBlock published = PublishedBlock.Now(block);
                await Sequencer.Driver.PublishAsync(block, cancellationToken);
                _waiting.Add(published);
                await timer.WaitForNextTickAsync(cancellationToken);
                await ReportAsync(onlyComplete: true);
            }
        }
        catch (OperationCanceledException) when (options.IsEndless && cancellationToken.IsCancellationRequested)
        {
            // A stop is how it ends.
        }
    }

    /// <summary>The last blocks may still be on their way.</summary>
    private async Task WaitForDeliveriesAsync(CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        while (_waiting.Count > 0 && Stopwatch.GetElapsedTime(begun) < DeliveryPatience)
        {
            await Task.Delay(50, cancellationToken);
            await ReportAsync(onlyComplete: true);
        }

        await ReportAsync(onlyComplete: false);
    }

    private async Task<RunOutcome> SumUpAsync(RunOutcome outcome)
    {
        await ReportAsync(onlyComplete: false);
        report.Summary([.. _reported.OrderBy(b => b.Number)], Followers, outcome);
        return outcome;
    }

    /// <summary>Reports waiting blocks: those that every follower has, or all of them as they are now.</summary>
    private async Task ReportAsync(bool onlyComplete)
    {
        PublishedBlock[] due = [.. _waiting.Where(block => !onlyComplete || Followers.All(f => f.Has(block)))];
        if (due.Length == 0)
        {
            return;
        }

        double meshDegree = await MeanMeshDegreeAsync();
        foreach (PublishedBlock block in due)
        {
            BlockStatistics statistics = BlockStatistics.Of(block, Sequencer.Driver.LocalPeerId, Followers, meshDegree);
            _waiting.Remove(block);
            _reported.Add(statistics);
            report.Block(statistics, Followers.Count);
        }
    }

    private async Task<double> MeanMeshDegreeAsync()
    {
        double degrees = 0;
        foreach (DevnetNode node in _nodes)
        {
            degrees += await node.MeshDegreeAsync(DevnetChain.Topic(options.ChainId), CancellationToken.None);
        }

        return degrees / _nodes.Count;
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
