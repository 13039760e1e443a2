using OpStack.Libp2p.Connections;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>Attack-cases.md row 62 for a whole node: everything that the host supplied throws, or never returns; blocks flow all the same, and no peer pays.</summary>
[Trait("Row", "62")]
public sealed class HostCodeFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_whose_host_fails_at_every_turn_carries_blocks_and_stops(bool blocks)
    {
        FaultyHost host = new(blocks);
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 3);
        SyncRange wanted = new(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash);
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(config => config with
        {
            Signer = signer,
            PayloadSource = new NetworkSyncTests.ChainSource(chain),
            Sync = new SyncOptions { StallTimeout = TimeSpan.FromSeconds(1) },
        });
        TestNetwork us = await TestNetwork.StartAsync(sequencer.Enr, config => config with
        {
            Signer = host,
            SignerSource = host,
            PayloadSource = host,
            Scoring = new PeerScoreOptions { ApplicationScore = _ => throw host.Fault },
            Sync = new SyncOptions { StallTimeout = TimeSpan.FromSeconds(1), PeerFilter = _ => throw host.Fault },
        });
        await us.MeshedAsync(sequencer);
        us.Gossip.ConnectionManager.ObserveConnections(host);

        // Signer and source of signers are asked, and the filter of those that we would ask for blocks.
        Task<SyncRangeResult> ours = us.Handler.Sync!.RequestRangeAsync(wanted, (_, _) => ValueTask.CompletedTask);
        Task ownBlock = us.Handler.PublishAsync(DriverNode.Block(9)).AsTask();
        await Until.TrueAsync(() => host.Calls >= 3);
        for (ulong number = 1; number <= 5; number++)
        {
            await sequencer.Handler.PublishAsync(DriverNode.Block(number));
            Assert.Equal(number, (await us.NextBlockAsync()).Payload.BlockNumber);
        }

        // By our fault others get no blocks by number from us; that we may pay for, with them.
        Task<SyncRangeResult> theirs = sequencer.Handler.Sync!.RequestRangeAsync(wanted, (_, _) => ValueTask.CompletedTask);
        await Until.TrueAsync(() => host.Calls >= 4);
        Assert.Equal(SyncOutcome.Stalled, (await ours.WaitAsync(DriverNode.Patience)).Outcome);
        if (!blocks)
        {
            Assert.Equal(SyncOutcome.Stalled, (await theirs.WaitAsync(DriverNode.Patience)).Outcome);
            Assert.Same(host.Fault, await Assert.ThrowsAsync<InvalidOperationException>(() => ownBlock.WaitAsync(DriverNode.Patience)));
            Assert.Equal(PartState.Failing, us.Part(NetworkPart.SignerSource).State);
        }

        Assert.Equal((1, 1), (us.Gossip.Connections.Count, sequencer.Gossip.Connections.Count));
        Assert.All((await us.Gossip.GetSnapshotAsync()).Scores, score => Assert.True(score.Total >= 0));
        await us.DisposeAsync();
    }

    /// <summary>Fails at once, or never returns and looks at no token.</summary>
    private sealed class FaultyHost(bool blocks) : IBlockSigner, IUnsafeBlockSignerSource, IPayloadSource, IConnectionObserver
    {
        private readonly TaskCompletionSource _never = new();
        private int _calls;

        public Exception Fault { get; } = new InvalidOperationException("a fault of the host's");

        /// <summary>Of those that wait for an answer.</summary>
        public int Calls => Volatile.Read(ref _calls);

        public Address Address => TestBlocks.Sequencer;

        public async ValueTask CheckHealthAsync(CancellationToken cancellationToken) => await FailAsync();

        public async ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken)
        {
            await FailAsync();
            return default;
        }

        public async ValueTask<Address> ReadAsync(CancellationToken cancellationToken)
        {
            await FailAsync();
            return default;
        }

        public async ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken)
        {
            await FailAsync();
            return null;
        }

        public void OnConnectionOpened(ConnectionInfo connection) => throw Fault;

        public void OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason) => throw Fault;

        public void OnConnectionRefused(ConnectionRefusal refusal) => throw Fault;

        private Task FailAsync()
        {
            Interlocked.Increment(ref _calls);
            return blocks ? _never.Task : throw Fault;
        }
    }
}
