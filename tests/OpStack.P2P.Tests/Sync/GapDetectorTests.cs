using OpStack.P2P.Sync;

namespace OpStack.P2P.Tests.Sync;

public sealed class GapDetectorTests
{
    private static readonly SyncChain Chain = new(100, 101);
    private static readonly SyncChain OtherChain = new(100, 101, salt: 1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly GapDetector _gaps = new(TimeSpan.FromSeconds(2));

    [Fact]
    public void Without_a_head_and_without_blocks_there_is_no_gap()
    {
        _gaps.OnBlock(Chain[110].Payload, Second);
        Assert.Empty(_gaps.TakeDue(TimeSpan.FromHours(1)));

        GapDetector other = new(TimeSpan.FromSeconds(2));
        other.OnHead(Id(100));
        Assert.Empty(other.TakeDue(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_gap_is_told_after_two_block_times_and_again_every_30_s_while_it_is_open()
    {
        _gaps.OnHead(Id(100));
        _gaps.OnBlock(Chain[103].Payload, 10 * Second);
        SyncRange expected = new(101, 102, Chain[102].Payload.BlockHash);

        Assert.Empty(_gaps.TakeDue((14 * Second) - TimeSpan.FromTicks(1)));
        Assert.Equal([expected], _gaps.TakeDue(14 * Second));
        Assert.Empty(_gaps.TakeDue((44 * Second) - TimeSpan.FromTicks(1)));
        Assert.Equal([expected], _gaps.TakeDue(44 * Second));

        _gaps.OnBlock(Chain[102].Payload, 45 * Second);
        Assert.Equal([new SyncRange(101, 101, Chain[101].Payload.BlockHash)], _gaps.TakeDue(80 * Second));
        _gaps.OnBlock(Chain[101].Payload, 81 * Second);
        Assert.Empty(_gaps.TakeDue(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Blocks_out_of_order_that_fill_their_gap_in_time_cause_none()
    {
        _gaps.OnHead(Id(100));
        foreach (ulong number in new ulong[] { 103, 101, 102 })
        {
            _gaps.OnBlock(Chain[number].Payload, Second);
        }

        Assert.Empty(_gaps.TakeDue(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Several_gaps_are_told_lowest_first()
    {
        _gaps.OnHead(Id(100));
        foreach (ulong number in new ulong[] { 120, 103, 104, 107 })
        {
            _gaps.OnBlock(Chain[number].Payload, Second);
        }

        Assert.Equal(
            [
                new SyncRange(101, 102, Chain[102].Payload.BlockHash),
                new SyncRange(105, 106, Chain[106].Payload.BlockHash),
                new SyncRange(108, 119, Chain[119].Payload.BlockHash),
            ],
            _gaps.TakeDue(10 * Second));
    }

    [Fact]
    public void A_head_that_moves_up_closes_gaps_and_one_that_goes_back_opens_them()
    {
        _gaps.OnHead(Id(100));
        _gaps.OnBlock(Chain[105].Payload, Second);
        _gaps.OnHead(Id(104));
        Assert.Empty(_gaps.TakeDue(10 * Second));

        _gaps.OnHead(Id(102));
        Assert.Equal([new SyncRange(103, 104, Chain[104].Payload.BlockHash)], _gaps.TakeDue(10 * Second));
        _gaps.OnHead(Id(110));
        Assert.Equal(0, _gaps.KnownBlocks);
    }

    [Fact]
    public void The_chain_of_the_newest_block_is_asked_for_down_to_where_two_forks_part()
    {
        _gaps.OnHead(Id(100));
        _gaps.OnBlock(Chain[101].Payload, Second);
        _gaps.OnBlock(Chain[102].Payload, Second);
        _gaps.OnBlock(OtherChain[103].Payload, Second);
        Assert.Equal([new SyncRange(102, 102, OtherChain[102].Payload.BlockHash)], _gaps.TakeDue(10 * Second));

        _gaps.OnBlock(OtherChain[102].Payload, 10 * Second);
        Assert.Equal([new SyncRange(101, 101, OtherChain[101].Payload.BlockHash)], _gaps.TakeDue(20 * Second));

        // Below lies the host's own head: what to do about that is the host's matter.
        _gaps.OnBlock(OtherChain[101].Payload, 20 * Second);
        Assert.Empty(_gaps.TakeDue(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_gap_of_more_than_12_hours_is_left_to_the_execution_layer()
    {
        GapDetector slow = new(TimeSpan.FromHours(1));
        slow.OnHead(Id(100));
        slow.OnBlock(Chain[113].Payload, Second);
        Assert.Empty(slow.TakeDue(TimeSpan.FromDays(1)));

        slow.OnHead(Id(101));
        Assert.Equal(11UL, Assert.Single(slow.TakeDue(TimeSpan.FromDays(1))).Count);
    }

    [Fact]
    public void At_most_4096_blocks_are_remembered_and_the_lowest_goes_first()
    {
        SyncChain longer = new(0, 5_001);
        _gaps.OnHead(new BlockId(longer[0].Payload.BlockHash, 0));
        for (ulong number = 2; number <= 5_000; number++)
        {
            _gaps.OnBlock(longer[number].Payload, Second);
        }

        Assert.Equal(SyncLimits.MaxKnownBlocks, _gaps.KnownBlocks);
        Assert.Empty(_gaps.TakeDue(TimeSpan.FromHours(1)));
    }

    private static BlockId Id(ulong number) => new(Chain[number].Payload.BlockHash, number);
}
