using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Tests.Nat;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Node;

/// <summary>What holds up a stop, each as long as it may, in virtual time: five seconds at most together.</summary>
public sealed class NetworkStopTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_router_and_a_peer_that_have_fallen_silent_hold_up_the_stop_by_2_seconds_each()
    {
        using FakeGateway gateway = new(_time);
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        Assert.True(them.Gossip.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? theirs));
        await using Relay relay = new(theirs);
        PortMapper? mapper = null;
        TestNetwork us = await TestNetwork.StartAsync(
            config => config with { Nat = true, Discovery = false, SyncByNumber = false },
            builder => builder.WithTimeProvider(_time)
                .WithPortMapper((ports, options) => mapper = new PortMapper(ports, options, _time, null, () => gateway.Location)));
        await us.Gossip.DialAsync(Multiaddr.FromTcpEndPoint(relay.LocalEndPoint).WithPeerId(them.Gossip.LocalPeerId));
        await Until.TrueAsync(() => mapper!.Current.Mappings.Count == 1 && mapper.IsResting && them.Gossip.GetIdentifyInfo(us.Gossip.LocalPeerId) is not null);

        gateway.IsSilent = true;
        relay.IsSilent = true;
        int asked = gateway.Requests.Count;
        Task disposal = us.Network.DisposeAsync().AsTask();
        await Until.TrueAsync(() => gateway.Requests.Count > asked && _time.HasTimerIn(TimeSpan.FromSeconds(2)));
        _time.Advance(TimeSpan.FromSeconds(2));
        await Until.TrueAsync(() => _time.HasTimerIn(TimeSpan.FromSeconds(2)));
        Assert.False(disposal.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await disposal.WaitAsync(DriverNode.Patience);
        Assert.Empty(us.Gossip.ConnectedPeers);
    }

    [Fact]
    public async Task Code_of_the_hosts_that_is_stuck_in_two_places_holds_up_the_stop_by_one_second_in_all()
    {
        using FakeSigner signer = new() { IsHealthStuck = true };
        StuckSource source = new();
        TestNetwork network = await TestNetwork.StartAsync(
            config => config with { Signer = signer, SignerSource = source, Discovery = false, SyncByNumber = false },
            builder => builder.WithTimeProvider(_time));
        await Until.TrueAsync(() => signer.HealthCalls == 1 && source.Reads == 1);
        Task disposal = network.Network.DisposeAsync().AsTask();
        await Until.TrueAsync(() => _time.HasTimerIn(TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(disposal.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await disposal.WaitAsync(DriverNode.Patience);
    }

    private sealed class StuckSource : IUnsafeBlockSignerSource
    {
        public int Reads { get; private set; }

        public ValueTask<Address> ReadAsync(CancellationToken cancellationToken)
        {
            Reads++;
            return new ValueTask<Address>(new TaskCompletionSource<Address>().Task);
        }
    }

    /// <summary>Carries one connection, until it is told to hold everything back.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Relay(IPEndPoint target)
        {
            _listener.Start();
            _running = RunAsync(target);
        }

        public IPEndPoint LocalEndPoint => (IPEndPoint)_listener.LocalEndpoint;

        public volatile bool IsSilent;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task RunAsync(IPEndPoint target)
        {
            using TcpClient near = await _listener.AcceptTcpClientAsync(_stop.Token);
            using TcpClient far = new();
            await far.ConnectAsync(target, _stop.Token);
            await Task.WhenAll(CarryAsync(near.GetStream(), far.GetStream()), CarryAsync(far.GetStream(), near.GetStream()));
        }

        private async Task CarryAsync(NetworkStream from, NetworkStream to)
        {
            byte[] buffer = new byte[64 * 1024];
            while (true)
            {
                int read = await from.ReadAsync(buffer, _stop.Token);
                if (IsSilent)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
    }
}
