using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Sync;

/// <summary>A follower that is 2,000 blocks behind, in virtual time, with op-node's rates on both sides and 150 ms per answer.</summary>
public sealed class LateFollowerTests(ITestOutputHelper output)
{
    private const ulong Blocks = 2_000;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(150);
    private static readonly SyncChain Chain = new(0, 2_002);
    private static readonly SyncChain OtherChain = new(0, 2_002, salt: 1);

    [Fact]
    public void Four_honest_peers_take_at_most_300_s_and_1_7_times_less_than_one()
    {
        TimeSpan one = TimeFor(1), four = TimeFor(4);

        output.WriteLine($"2,000 blocks from 1 peer: {one.TotalSeconds:F1} s; from 4 peers: {four.TotalSeconds:F1} s; {one / four:F2} times less");
        Assert.InRange(four, TimeSpan.Zero, TimeSpan.FromSeconds(300));
        Assert.True(one >= 1.7 * four, $"{one} is less than 1.7 times {four}");

        // No faster than the rates of the servers allow either: (2,000 - 15) / 4 per second.
        Assert.InRange(one.TotalSeconds, 496, 510);
    }

    [Fact]
    public void One_of_four_lies_and_one_stalls_and_all_2000_blocks_come_verified()
    {
        VirtualSync sync = new();
        PeerId[] honest = [sync.Add(VirtualSync.Honest(Chain, Latency)), sync.Add(VirtualSync.Honest(Chain, Latency))];
        PeerId liar = sync.Add(VirtualSync.Honest(OtherChain, Latency));
        PeerId silent = sync.Add(VirtualSync.Silent());

        SyncRangeResult result = sync.Run(Chain.Between(0, Blocks + 1));

        output.WriteLine(
            $"2,000 blocks, 1 of 4 peers lies, 1 stalls: {sync.Now.TotalSeconds:F1} s, {sync.Statistics.Requests} requests, "
            + $"{sync.Statistics.Errors} timeouts, {sync.Statistics.Rejected} rejected, most quarantined {sync.MostQuarantined}");
        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, Blocks, null), result);
        Assert.Equal(
            Enumerable.Range(1, 2_000).Reverse().Select(number => Chain[(ulong)number].Payload.BlockHash),
            sync.Delivered.Select(block => block.Envelope.Payload.BlockHash));
        Assert.InRange(sync.MostQuarantined, 1, 100);
        Assert.Equal(0, sync.Count(liar, SyncVerdict.Valid));
        Assert.InRange(sync.Count(liar, SyncVerdict.Rejected), 1, 10);
        Assert.InRange(sync.Count(silent, SyncVerdict.Error), 1, 40);
        Assert.All(honest, peer => Assert.Equal(0, sync.Count(peer, SyncVerdict.Error) + sync.Count(peer, SyncVerdict.Rejected)));
        Assert.Equal(2_000, honest.Sum(peer => sync.Count(peer, SyncVerdict.Valid)));

        // Two honest peers alone need (2,000 - 2 * 15) / 8 = 246 s.
        Assert.InRange(sync.Now.TotalSeconds, 246, 300);
    }

    [Trait("Attack", "sync-stall")]
    [Fact]
    public void Thirty_silent_peers_hold_one_honest_peer_up_by_less_than_a_minute()
    {
        VirtualSync sync = new();
        PeerId[] silent = [.. Enumerable.Range(0, 30).Select(_ => sync.Add(VirtualSync.Silent()))];
        PeerId honest = sync.Add(VirtualSync.Honest(Chain, Latency));

        SyncRangeResult result = sync.Run(Chain.Between(0, 501));

        output.WriteLine($"500 blocks, 30 of 31 peers are silent: {sync.Now.TotalSeconds:F1} s, {sync.Statistics.Requests} requests");
        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 500, null), result);
        Assert.Equal(500, sync.Count(honest, SyncVerdict.Valid));
        Assert.All(silent, peer => Assert.InRange(sync.Count(peer, SyncVerdict.Error), 1, 20));

        // The honest one alone needs (500 - 15) / 4 = 121 s.
        Assert.InRange(sync.Now.TotalSeconds, 121, 180);
    }

    private static TimeSpan TimeFor(int peers)
    {
        VirtualSync sync = new();
        for (int i = 0; i < peers; i++)
        {
            sync.Add(VirtualSync.Honest(Chain, Latency));
        }

        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, Blocks, null), sync.Run(Chain.Between(0, Blocks + 1)));
        return sync.Now;
    }
}
