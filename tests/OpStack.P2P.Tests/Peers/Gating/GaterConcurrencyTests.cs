using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Gating;

/// <summary>Operators, the monitor and the swarm at the same time.</summary>
public sealed class GaterConcurrencyTests
{
    private const int Rounds = 2000;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    [Trait("Row", "33")]
    public async Task No_connection_on_its_way_in_slips_past_a_block()
    {
        ConnectionGater gater = new(timeProvider: _time);
        ModelSwarm swarm = new(gater);
        PeerId[] peers = TestPeers.Range(8);
        using Barrier barrier = new(3);

        // As many places where a block can fall between the hook and the table as the threads can find.
        Task knocking = Task.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                Array.ForEach(peers, swarm.TryEnter);
                barrier.SignalAndWait();
            }
        });
        Task blocking = Task.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                foreach (PeerId peer in peers)
                {
                    // BlockPeer and the disconnect that goes with it, against a table that admits under its own lock.
                    gater.BlockPeer(peer);
                    swarm.Disconnect(peer);
                }

                barrier.SignalAndWait();
            }
        });
        int slipped = 0;
        for (int round = 0; round < Rounds; round++)
        {
            barrier.SignalAndWait();
            barrier.SignalAndWait();
            slipped += swarm.Count;
            Array.ForEach(peers, gater.UnblockPeer);
        }

        await Task.WhenAll(knocking, blocking);
        Assert.Equal(0, slipped);
    }

    [Fact]
    public async Task Lists_changed_by_many_hold_what_all_of_them_left()
    {
        ConnectionGater gater = new(timeProvider: _time);
        FakePeerHost host = new(_time);
        gater.Attach(host, new FakeScores());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            PeerId own = TestPeers.Cheap(worker), shared = TestPeers.Cheap(100);
            for (int i = 0; i < Rounds; i++)
            {
                gater.BlockPeer(own);
                gater.UnblockPeer(own);
                gater.ProtectPeer(shared, "tag" + (i % 3));
                gater.UnprotectPeer(shared, "tag" + (i % 3));
                gater.BanPeer(TestPeers.Cheap(200 + worker), TimeSpan.FromHours(1), "x");
                gater.UnbanPeer(TestPeers.Cheap(200 + worker));
                gater.BlockAddr(new IPAddress(worker));
                gater.InterceptSecured(ConnectionDirection.Inbound, shared, TestPeers.Address(), IPAddress.Loopback);
            }

            gater.BlockPeer(own);
            gater.BanPeer(TestPeers.Cheap(200 + worker), TimeSpan.FromHours(1), "x");
            gater.ProtectPeer(shared, "last" + worker);
        })));

        Assert.Equal(6, gater.ListBlockedPeers().Count);
        Assert.Equal(6, gater.ListBlockedAddrs().Count);
        Assert.Equal(6, gater.ListBans().Count);
        Assert.Equal([TestPeers.Cheap(100)], gater.ListProtectedPeers());
        Assert.All(Enumerable.Range(0, 6), worker => Assert.True(host.IsProtected(TestPeers.Cheap(100), "last" + worker)));
        Assert.All(Enumerable.Range(0, 3), tag => Assert.False(host.IsProtected(TestPeers.Cheap(100), "tag" + tag)));
    }

    [Fact]
    public void A_ban_is_not_lost_when_another_one_comes_and_goes_in_the_middle_of_it()
    {
        HookedTime time = new();
        ConnectionGater gater = new(timeProvider: time);
        bool ran = false;
        time.OnTimestamp = () =>
        {
            // The second look at the clock is inside the change; the lists are then another object, but equal.
            time.OnTimestamp = () =>
            {
                time.OnTimestamp = null;
                gater.BanPeer(TestPeers.Cheap(1), TimeSpan.FromHours(1), "x");
                gater.UnbanPeer(TestPeers.Cheap(1));
                ran = true;
            };
        };
        Assert.True(gater.BanPeer(TestPeers.Cheap(2), TimeSpan.FromHours(1), "x"));

        Assert.True(ran);
        Assert.Equal(TestPeers.Cheap(2), Assert.Single(gater.ListBans()).Peer);
    }

    private sealed class HookedTime : TimeProvider
    {
        public Action? OnTimestamp { get; set; }

        public override long GetTimestamp()
        {
            OnTimestamp?.Invoke();
            return base.GetTimestamp();
        }
    }

    /// <summary>A table that admits as the swarm does: judged and entered under one lock.</summary>
    private sealed class ModelSwarm(ConnectionGater gater)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<PeerId> _table = [];

        public int Count
        {
            get
            {
                lock (_gate)
                {
                    return _table.Count;
                }
            }
        }

        public void TryEnter(PeerId peer)
        {
            lock (_gate)
            {
                ConnectionInfo connection = new(peer, ConnectionDirection.Inbound, TestPeers.Address(), default, null);
                if (gater.InterceptUpgraded(connection) == GateVerdict.Allow)
                {
                    _table.Add(peer);
                }
            }
        }

        public void Disconnect(PeerId peer)
        {
            lock (_gate)
            {
                _table.Remove(peer);
            }
        }
    }
}
