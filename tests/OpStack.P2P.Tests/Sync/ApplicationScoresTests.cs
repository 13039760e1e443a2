using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Sync;

public sealed class ApplicationScoresTests
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(2);
    private static readonly PeerId Peer = TestPeers.Cheap(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationScores _scores;

    public ApplicationScoresTests() => _scores = new ApplicationScores(BlockTime, _time);

    [Fact]
    public void A_stranger_has_zero() => Assert.Equal(0, _scores.ScoreOf(Peer));

    [Fact]
    public void The_weights_are_op_nodes()
    {
        _scores.OnValidResponse(Peer);
        Assert.Equal(0.5, _scores.ScoreOf(Peer));
        _scores.OnResponseError(Peer);
        Assert.Equal(-0.5, _scores.ScoreOf(Peer));
        _scores.OnRejectedPayload(Peer);
        Assert.Equal(-20.5, _scores.ScoreOf(Peer));
    }

    [Fact]
    public void The_counts_behind_a_score_can_be_read_and_decay_with_it()
    {
        Assert.Equal((0, 0, 0), _scores.CountsOf(Peer));
        _scores.OnValidResponse(Peer);
        _scores.OnResponseError(Peer);
        _scores.OnResponseError(Peer);
        _scores.OnRejectedPayload(Peer);
        Assert.Equal((1, 2, 1), _scores.CountsOf(Peer));
        _time.Advance(BlockTime);
        (double valid, double errors, double rejected) = _scores.CountsOf(Peer);
        Assert.Equal((0.5 * valid) - errors - (20 * rejected), _scores.ScoreOf(Peer), 12);
        Assert.Equal(0.9261187281287935, valid, 12);
    }

    [Fact]
    public void Counts_of_before_a_restart_come_back_within_their_caps_and_for_the_time_they_have_left()
    {
        IResponseBook book = _scores;
        PeerId[] peers = TestPeers.Range(5);
        book.Restore(peers[0], new StoredResponses(2, 1, 1.5), TimeSpan.FromSeconds(100));
        book.Restore(peers[1], new StoredResponses(1e300, -5, 99), TimeSpan.FromDays(30_000));
        book.Restore(peers[2], new StoredResponses(1, 1, 1), TimeSpan.Zero);
        _scores.OnResponseError(peers[3]);
        book.Restore(peers[3], new StoredResponses(0, 0, 20), TimeSpan.FromSeconds(100));
        Assert.Equal([-30, -395, 0, -1, 0], peers.Select(_scores.ScoreOf));
        Assert.Equal(new StoredResponses(2, 1, 1.5), book.Read(peers[0]));

        _time.Advance(TimeSpan.FromSeconds(98)); // Not connected: nothing decays.
        Assert.Equal(-30, _scores.ScoreOf(peers[0]));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _scores.ScoreOf(peers[0]));
        _time.Advance(BlockTime * 549);
        Assert.Equal(-395, _scores.ScoreOf(peers[1]));
        _scores.OnConnected(peers[1]);
        _time.Advance(BlockTime);
        Assert.Equal(-395 * 0.9261187281287935, _scores.ScoreOf(peers[1]), 9);
    }

    [Fact]
    public void The_caps_are_10_valid_9_errors_and_20_rejections()
    {
        PeerId[] peers = TestPeers.Range(3);
        for (int i = 0; i < 100; i++)
        {
            _scores.OnValidResponse(peers[0]);
            _scores.OnResponseError(peers[1]);
            _scores.OnRejectedPayload(peers[2]);
        }

        Assert.Equal([5, -9, -400], peers.Select(_scores.ScoreOf));
    }

    [Fact]
    public void It_decays_once_per_block_time_and_to_zero_below_a_hundredth()
    {
        _scores.OnRejectedPayload(Peer);

        // A millisecond before the next block time nothing has happened: times count from the clock's own beginning.
        TimeSpan toNext = BlockTime - TimeSpan.FromTicks(_time.GetUtcNow().UtcTicks % BlockTime.Ticks);
        _time.Advance(toNext - TimeSpan.FromMilliseconds(1));
        Assert.Equal(-20, _scores.ScoreOf(Peer));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(-20 * 0.9261187281287935, _scores.ScoreOf(Peer), 12);
        _time.Advance(BlockTime * 58);
        Assert.Equal(-20 * Math.Pow(0.9261187281287935, 59), _scores.ScoreOf(Peer), 12);
        _time.Advance(BlockTime * 2);
        Assert.Equal(0, _scores.ScoreOf(Peer));
    }

    [Fact]
    public void It_stays_while_its_peer_is_gone_and_is_forgotten_after_600_block_times()
    {
        _scores.OnRejectedPayload(Peer);
        _scores.OnDisconnected(Peer);
        _time.Advance(BlockTime * 599);
        Assert.Equal(-20, _scores.ScoreOf(Peer));

        _scores.OnConnected(Peer);
        _time.Advance(BlockTime);
        Assert.Equal(-20 * 0.9261187281287935, _scores.ScoreOf(Peer), 12);

        _scores.OnDisconnected(Peer);
        _time.Advance(BlockTime * 600);
        Assert.Equal(0, _scores.ScoreOf(Peer));
    }

    [Trait("Attack", "sync-score-washing")]
    [Fact]
    public void Five_thousand_new_peers_do_not_wash_out_the_one_that_lied()
    {
        _scores.OnRejectedPayload(Peer);
        for (int i = 2; i < 5_000; i++)
        {
            _scores.OnResponseError(TestPeers.Cheap(i));
        }

        Assert.Equal(-20, _scores.ScoreOf(Peer));
        Assert.InRange(Enumerable.Range(2, 4_998).Count(i => _scores.ScoreOf(TestPeers.Cheap(i)) != 0), 1, SyncLimits.MaxScoredPeers);
    }

    [Fact]
    public void It_can_be_read_and_written_by_many_threads()
    {
        Parallel.For(0, 10_000, i =>
        {
            _scores.OnResponseError(TestPeers.Cheap(i % 7));
            Assert.InRange(_scores.ScoreOf(TestPeers.Cheap(i % 7)), -9, 0);
        });
    }

    [Fact]
    public void It_is_what_gossip_asks_for_as_P5() =>
        Assert.Equal(0, new PeerScoreOptions { ApplicationScore = _scores.ScoreOf }.ApplicationScore!(Peer));
}
