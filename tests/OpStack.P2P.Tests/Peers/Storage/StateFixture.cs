using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>A store and a gater in a directory of their own, and what they hold after a restart.</summary>
internal sealed class StateFixture : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("peers");

    public StateFixture() => Options = new PeerStoreOptions { Directory = Path.Combine(_directory.FullName, "node", "p2p") };

    public FakeTimeProvider Time { get; } = new();

    public LogLines Log { get; } = new();

    public PeerStoreOptions Options { get; }

    public string PeerFile => Path.Combine(Options.Directory!, "peers.json");

    public string GaterFile => Path.Combine(Options.Directory!, "gater.json");

    public State New() => new(this, new PeerStore(Options, Time), new ConnectionGater(timeProvider: Time));

    /// <summary>The state of a node that has just read its files.</summary>
    public State Restart()
    {
        State state = New();
        state.Saver.Load();
        return state;
    }

    /// <summary>Writes a bit of everything.</summary>
    public async Task<State> SaveSomethingAsync()
    {
        State state = New();
        state.Saver.Start();
        Fill(state);
        await state.Saver.DisposeAsync();
        return state;
    }

    public void Fill(State state)
    {
        FakePeerHost host = new(Time);
        PeerStoreRecorder recorder = new(state.Store, host);
        host.ObserveConnections(recorder);
        host.Observe(recorder);
        host.Connect(TestPeers.Of(1), "52.1.2.3");
        string[] protocols = ["/ipfs/id/1.0.0", "/quote\"\\/1"];
        host.Identify(TestPeers.Of(1), new IdentifyInfo("agent", "proto", protocols, [TestPeers.Address("52.1.2.3", 30303)], null));
        host.Connect(TestPeers.Of(2), "2a00::5", direction: ConnectionDirection.Inbound);
        Time.Advance(TimeSpan.FromMinutes(1));
        host.Drop(c => c.Peer.Equals(TestPeers.Of(2)));
        state.Store.AddLatency(TestPeers.Of(1), TimeSpan.FromMilliseconds(12.5));
        state.Store.AddRecord(TestRecords.Of(3));
        StoredTopicScore topic = new("/optimism/10/3/blocks", 1, 2, 3);
        DateTimeOffset expiry = Time.GetUtcNow() + TimeSpan.FromMinutes(20);
        state.Store.SetScores([new(TestPeers.Of(2), new StoredScore(-42.5, ScoreCause.InvalidMessages, 1.5, 0.25, [topic], expiry) { Responses = new StoredResponses(0.5, 1.5, 2) })]);
        state.Gater.BlockPeer(TestPeers.Of(4));
        state.Gater.BlockAddr(IPAddress.Parse("52.9.9.9"));
        state.Gater.BlockAddr(IPAddress.Parse("2a00::9"));
        state.Gater.BlockSubnet(IPNetwork.Parse("10.0.0.0/8"));
        state.Gater.BlockSubnet(IPNetwork.Parse("2a00:99::/32"));
        state.Gater.ProtectPeer(TestPeers.Of(5));
        state.Gater.ProtectPeer(TestPeers.Of(6), ConnectionGater.StaticTag);
        state.Gater.BanPeer(TestPeers.Of(7), TimeSpan.FromHours(1), "low-score");
        state.Gater.BanAddr(IPAddress.Parse("52.8.8.8"), TimeSpan.FromHours(2), "flood");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    internal sealed class State(StateFixture fixture, PeerStore store, ConnectionGater gater)
    {
        public PeerStore Store { get; } = store;

        public ConnectionGater Gater { get; } = gater;

        public PeerStateSaver Saver { get; } = new(fixture.Options.Directory!, fixture.Options, store, gater, fixture.Time, fixture.Log);
    }
}
