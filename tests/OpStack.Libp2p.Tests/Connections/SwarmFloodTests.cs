using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Negotiation;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Remotes that open connections and do nothing good with them, in virtual time.</summary>
public sealed class SwarmFloodTests : SwarmTestBase
{
    [Theory]
    [Trait("Row", "14")]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task A_thousand_connects_that_send_nothing_hold_32_and_are_gone_in_15_seconds_and_an_honest_dial_succeeds(int addresses)
    {
        // From one address it must be loopback, which alone is not held to 8.
        Node victim = Create("198.51.100.1"), honest = Create("203.0.113.1");
        int timers = Time.ActiveTimers;
        for (int i = 0; i < 1000; i++)
        {
            Network.Connect(addresses == 1 ? "127.0.0.1" : $"10.0.{i / 250}.{i % 250}", victim.EndPoint);
        }

        await Until.TrueAsync(() => victim.Swarm.Statistics.Accepted == 1000 && HeldBy(victim) == 32 && Time.ActiveTimers == timers + 32);
        Assert.Equal(32, victim.Swarm.Statistics.HalfOpenInboundNow);
        Assert.Equal(968, victim.Swarm.Statistics.Refused[RefusalReason.HalfOpenLimit]);

        await honest.Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => victim.Swarm.ConnectedPeers.Count == 1);

        await Until.TrueAsync(() => victim.Swarm.Statistics.HalfOpenInboundNow == 31 && IsQuiet(victim, honest) && IsQuiet(honest, victim));
        Time.Advance(TimeSpan.FromSeconds(10));
        await Until.TrueAsync(() => victim.Swarm.Statistics.HalfOpenInboundNow == 0 && HeldBy(victim) == 1 && victim.Swarm.HeldAddresses == 1);
        Assert.Equal([honest.Id], victim.Swarm.ConnectedPeers);
    }

    [Theory]
    [Trait("Row", "15")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_byte_in_five_seconds_ends_at_the_deadline_of_the_whole_upgrade(bool inNoise)
    {
        Node victim = Create("198.51.100.1");
        await using MemoryNetwork.Connection slow = Network.Connect("203.0.113.1", victim.EndPoint);
        byte[] script = Convert.FromHexString("132f6d756c746973747265616d2f312e302e300a");
        if (inNoise)
        {
            await Multistream.SelectAsync(slow, ["/noise"], default).AsTask().WaitAsync(Guard);
            script = [0, 32, .. new byte[30]];
        }

        Task<bool> closed = IsClosedAsync(slow);
        int seconds = 0;
        for (; victim.Swarm.Statistics.HalfOpenInboundNow == 1 || seconds == 0; seconds++)
        {
            if (seconds % 5 == 0)
            {
                await slow.WriteAsync(script.AsMemory(seconds / 5, 1), default);
                await Until.TrueAsync(() => HeldConnections(victim).All(c => c.BytesReceived >= slow.BytesSent));
            }

            Assert.True(seconds < 10, "still open after the deadline");
            Time.Advance(TimeSpan.FromSeconds(1));
            if (seconds == 9)
            {
                await Until.TrueAsync(() => victim.Swarm.Statistics.HalfOpenInboundNow == 0);
            }
        }

        Assert.True(await closed.WaitAsync(Guard));
        Assert.Equal(10, seconds);
        Assert.Equal(Libp2pError.Timeout, Assert.Single(victim.Log.Refused).Error);
        await Until.TrueAsync(() => victim.Swarm.HeldAddresses == 0);
    }

    [Theory]
    [Trait("Row", "16")]
    [InlineData("203.0.113.9", 1)]
    [InlineData("2001:db8:0:ab{0:x2}::1", 256)]
    public async Task A_hundred_connects_a_second_from_one_address_or_56_have_8_live_and_no_more_than_16_handshakes(string pattern, int addresses)
    {
        Node victim = Create("198.51.100.1");
        for (int i = 0; i < 500; i += 10)
        {
            Assert.All(Enumerable.Range(i, 10), n => Network.Connect(string.Format(null, pattern, n % addresses), victim.EndPoint));
            await Until.TrueAsync(() => victim.Swarm.Statistics.Accepted == i + 10 && HeldBy(victim) <= 8); // What is refused is counted before it is gone.
            Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        SwarmStatistics statistics = victim.Swarm.Statistics;
        Assert.Equal((8, 8), (statistics.HandshakesBegun, statistics.HalfOpenInboundNow));
        Assert.Equal(492, statistics.Refused[RefusalReason.AddressLimit]);
    }

    [Theory]
    [Trait("Row", "16")]
    [InlineData("203.0.113.9", 1)]
    [InlineData("2001:db8:0:ab{0:x2}::1", 256)]
    public async Task Connecting_and_leaving_a_hundred_times_a_second_costs_a_burst_of_16_handshakes_and_then_one_in_five_seconds(string pattern, int addresses)
    {
        Node victim = Create("198.51.100.1");
        for (int i = 0; i < 1000; i += 5)
        {
            Assert.All(Enumerable.Range(i, 5), n => Network.Connect(string.Format(null, pattern, n % addresses), victim.EndPoint).Abort());
            await Until.TrueAsync(() => victim.Swarm.Statistics is { HalfOpenInboundNow: 0 } s && s.Accepted == i + 5 && victim.Swarm.HeldAddresses == 0);
            Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        SwarmStatistics statistics = victim.Swarm.Statistics;
        Assert.Equal(17, statistics.HandshakesBegun);
        Assert.Equal(983, statistics.Refused[RefusalReason.AddressRate]);
    }

    [Fact]
    public async Task When_no_inbound_connection_can_make_room_a_socket_is_refused_before_it_costs_a_handshake()
    {
        ConnectionLimits limits = new() { MaxInbound = 2 };
        Node victim = Create("198.51.100.1", new SwarmOptions { Limits = limits });
        Node[] peers = [Create("203.0.113.1"), Create("203.0.113.2"), Create("203.0.113.3")];
        await peers[0].Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard);
        await peers[1].Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => victim.Swarm.Statistics.InboundNow == 2);

        await Assert.ThrowsAsync<Libp2pException>(() => peers[2].Swarm.DialAsync(victim.Address).AsTask().WaitAsync(Guard));

        Assert.Equal((2, 1), (victim.Swarm.Statistics.HandshakesBegun, victim.Swarm.Statistics.Refused[RefusalReason.TotalLimit]));
    }

    [Fact]
    public async Task Whatever_accepting_throws_the_loop_goes_on_after_a_pause()
    {
        Network.AcceptFaults.Enqueue(new InvalidOperationException("of the test"));
        Network.AcceptFaults.Enqueue(new OutOfMemoryException("of the test"));
        Node victim = Create("198.51.100.1"), honest = Create("203.0.113.1", port: 1);
        await AdvanceUntil(() => Network.AcceptFaults.IsEmpty);

        Task dial = honest.Swarm.DialAsync(victim.Address).AsTask();
        await AdvanceUntil(() => victim.Swarm.ConnectedPeers.Count == 1);
        await dial.WaitAsync(Guard);
    }

    /// <summary>Its first ping is answered and identify is over: a jump of the clock meets no deadline of the connection.</summary>
    private static bool IsQuiet(Node node, Node peer) =>
        node.Swarm.Connections is [{ RoundTripTime: not null, InboundStreams: 0, OutboundStreams: 0 }] && node.Swarm.GetIdentifyInfo(peer.Id) is not null;

    private int HeldBy(Node victim) => HeldConnections(victim).Count();

    /// <summary>The victim's ends of the connections it has accepted and not closed.</summary>
    private IEnumerable<MemoryNetwork.Connection> HeldConnections(Node victim) =>
        Network.Open.Keys.Where(c => !c.RemoteEndPoint.Equals(victim.EndPoint));

    private static async Task<bool> IsClosedAsync(MemoryNetwork.Connection connection)
    {
        try
        {
            byte[] buffer = new byte[64];
            while (await connection.ReadAsync(buffer, default) > 0)
            {
            }
        }
        catch (Libp2pException)
        {
            // Reset.
        }

        return true;
    }
}
