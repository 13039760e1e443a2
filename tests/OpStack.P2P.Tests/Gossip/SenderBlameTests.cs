using OpStack.Libp2p.Identity;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

public class SenderBlameTests
{
    private const string Topic = "/optimism/100/3/blocks";

    private static readonly Address Ours = Address.Parse(new string('1', 40));
    private static readonly Address Stranger = Address.Parse(new string('2', 40));
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(2);

    private readonly PeerId _peer = KeyPair.GenerateEd25519().PeerId;
    private readonly PeerId _other = KeyPair.GenerateEd25519().PeerId;
    private readonly FakeTimeProvider _clock = new();
    private readonly SenderBlame _blame;

    public SenderBlameTests() => _blame = new SenderBlame(_clock, BlockTime);

    private bool WrongSigner(PeerId peer) => _blame.OnRejected(BlockInvalidReason.Signer, peer, Topic, Stranger);

    [Fact]
    public void A_timestamp_blob_gas_and_too_many_blocks_cost_nobody_and_the_rest_but_the_signer_costs_at_once()
    {
        _blame.OnAccepted(Ours);
        BlockInvalidReason[] free =
        [
            BlockInvalidReason.Timestamp,
            BlockInvalidReason.BlobGasUsed,
            BlockInvalidReason.TooManyBlocks,
        ];
        foreach (BlockInvalidReason reason in Enum.GetValues<BlockInvalidReason>().Except([BlockInvalidReason.Signer]))
        {
            Assert.Equal(!free.Contains(reason), _blame.OnRejected(reason, _peer, Topic, Ours));
        }
    }

    [Fact]
    public void Without_a_block_of_our_signer_in_the_last_minute_a_wrong_signer_costs_nobody()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.False(WrongSigner(_peer));
        }

        Assert.Empty(_blame.OnAccepted(Ours));
        _clock.Advance(GossipLimits.SignerTrust + TimeSpan.FromTicks(1));
        for (int i = 0; i < 100; i++)
        {
            Assert.False(WrongSigner(_peer));
        }

        Assert.Empty(_blame.OnAccepted(Ours));
    }

    // Row 40 of attack-cases: a flood is blamed within five messages.
    [Fact]
    [Trait("Row", "40")]
    public void The_fifth_wrong_signer_within_a_block_time_costs_at_once()
    {
        _blame.OnAccepted(Ours);
        Assert.Equal([false, false, false, false, true, true], Enumerable.Range(0, 6).Select(_ => WrongSigner(_peer)));
        Assert.False(WrongSigner(_other));
    }

    [Fact]
    public void A_slow_stranger_is_blamed_when_our_signer_is_heard_of_again()
    {
        _blame.OnAccepted(Ours);
        Assert.False(WrongSigner(_peer));
        _clock.Advance(BlockTime);
        Assert.False(WrongSigner(_peer));
        Assert.False(WrongSigner(_other));
        Assert.Equal([_peer, _peer, _other], _blame.OnAccepted(Ours).Select(proven => proven.Sender));
        Assert.Empty(_blame.OnAccepted(Ours));
    }

    // Otherwise each rotation would ban all honest peers: op-node reads the signer from L1 every ten minutes.
    [Fact]
    public void A_rotation_that_we_learn_of_late_costs_nobody()
    {
        _blame.OnAccepted(Ours);
        for (int block = 0; block < 300; block++)
        {
            _clock.Advance(BlockTime);
            Assert.False(WrongSigner(_peer));
            Assert.False(WrongSigner(_other));
        }

        Assert.Empty(_blame.OnAccepted(Stranger));
        Assert.Empty(_blame.OnAccepted(Stranger));
    }

    [Fact]
    public void A_rotation_that_we_learn_of_within_the_minute_costs_nobody()
    {
        _blame.OnAccepted(Ours);
        _clock.Advance(BlockTime);
        Assert.False(WrongSigner(_peer));
        _clock.Advance(BlockTime);
        Assert.Empty(_blame.OnAccepted(Stranger));
    }

    [Fact]
    public void Suspicions_are_bounded()
    {
        _blame.OnAccepted(Ours);
        PeerId[] peers = [.. Enumerable.Range(0, (GossipLimits.MaxSuspicions / GossipLimits.MaxSuccessorBlocks) + 10).Select(_ => KeyPair.GenerateEd25519().PeerId)];
        foreach (PeerId peer in peers.SelectMany(peer => Enumerable.Repeat(peer, GossipLimits.MaxSuccessorBlocks)))
        {
            Assert.False(WrongSigner(peer));
        }

        Assert.Equal(GossipLimits.MaxSuspicions, _blame.OnAccepted(Ours).Count);
    }
}
