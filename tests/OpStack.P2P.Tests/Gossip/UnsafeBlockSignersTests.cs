using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>op-node runcfg: TestSignerGracePeriod_*.</summary>
public sealed class UnsafeBlockSignersTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(3);
    private static readonly Address A = Address.Parse(new string('a', 40));
    private static readonly Address B = Address.Parse(new string('b', 40));
    private static readonly Address C = Address.Parse(new string('c', 40));

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_change_starts_the_grace_period()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };

        Assert.Equal(B, signers.Current);
        Assert.Equal(A, signers.Previous);
    }

    [Fact]
    public void The_first_signer_starts_no_grace_period()
    {
        UnsafeBlockSigners signers = new(clock: _clock) { Current = A };

        Assert.Equal(A, signers.Current);
        Assert.Null(signers.Previous);
    }

    [Fact]
    public void A_block_by_the_new_signer_ends_the_grace_period()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };

        signers.Confirm(B);

        Assert.Equal(B, signers.Current);
        Assert.Null(signers.Previous);
    }

    [Fact]
    public void A_block_by_the_previous_signer_does_not_end_it()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };

        signers.Confirm(A);
        signers.Confirm(C);

        Assert.Equal(A, signers.Previous);
    }

    [Fact]
    public void A_confirmation_of_a_signer_that_was_replaced_meanwhile_confirms_nothing()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };
        signers.Current = C;

        signers.Confirm(B);

        Assert.Equal(B, signers.Previous);
    }

    [Fact]
    public void The_same_signer_changes_nothing()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };
        _clock.Advance(Grace - TimeSpan.FromSeconds(1));
        signers.Current = B;

        Assert.Equal(A, signers.Previous);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(signers.Previous);
    }

    [Fact]
    public void The_grace_period_ends_after_three_hours()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };

        _clock.Advance(Grace - TimeSpan.FromTicks(1));
        Assert.Equal(A, signers.Previous);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(signers.Previous);
        Assert.Equal(B, signers.Current);
    }

    [Fact]
    [Trait("Row", "50")]
    public void Setting_the_wall_clock_neither_ends_nor_lengthens_the_grace_period()
    {
        ShiftedTimeProvider clock = new(DateTimeOffset.UtcNow);
        UnsafeBlockSigners signers = new(A, clock) { Current = B };
        UnsafeBlockSigners withoutGrace = new(A, clock, TimeSpan.FromTicks(1)) { Current = B };

        clock.Set(DateTimeOffset.UtcNow.AddHours(4));
        Assert.Equal(A, signers.Previous);
        clock.Set(DateTimeOffset.UtcNow.AddHours(-4));
        Assert.Equal(A, signers.Previous);
        Assert.Null(withoutGrace.Previous);
    }

    [Fact]
    public void A_double_rotation_keeps_only_the_most_recent_previous_signer()
    {
        UnsafeBlockSigners signers = new(A, _clock) { Current = B };
        _clock.Advance(TimeSpan.FromHours(2));
        signers.Current = C;

        Assert.Equal(B, signers.Previous);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(B, signers.Previous);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(signers.Previous);
    }

    [Fact]
    public void Without_grace_the_previous_signer_is_invalid_at_once()
    {
        UnsafeBlockSigners signers = new(A, _clock, TimeSpan.Zero) { Current = B };

        Assert.Null(signers.Previous);
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnsafeBlockSigners(A, _clock, TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    [Trait("Row", "49")]
    public async Task A_snapshot_never_mixes_two_rotations()
    {
        Address[] ring = [A, B, C];
        UnsafeBlockSigners signers = new(A, _clock);
        using CancellationTokenSource done = new();
        Task reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var snapshot = signers.Snapshot();
                if (snapshot.Previous is { } previous)
                {
                    // The ring turns one way, so the one before is always the neighbour.
                    Assert.Equal(ring[(Array.IndexOf(ring, snapshot.Current) + 2) % 3], previous.Signer);
                }
            }
        });

        for (int i = 1; i <= 100_000; i++)
        {
            signers.Current = ring[i % 3];
            signers.Confirm(ring[(i + 1) % 3]);
        }

        await done.CancelAsync();
        await reader.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
