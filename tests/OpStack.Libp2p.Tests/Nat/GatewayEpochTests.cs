using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat;

/// <summary>RFC 6887 section 8.5.</summary>
public class GatewayEpochTests
{
    [Theory]
    [InlineData(1000, 100, 1100, false)] // In step.
    [InlineData(1000, 0, 1000, false)]
    [InlineData(1000, 0, 999, false)] // Answers overtake each other.
    [InlineData(1000, 0, 998, true)]
    [InlineData(1000, 100, 0, true)] // Restarted.
    [InlineData(1000, 100, 1102, false)] // Two seconds of slack.
    [InlineData(1000, 1600, 2498, false)] // A clock slow by a sixteenth, and the slack.
    [InlineData(1000, 1600, 2497, true)]
    [InlineData(1000, 1500, 2602, false)] // A clock fast by a sixteenth, and the slack.
    [InlineData(1000, 1500, 2604, true)]
    [InlineData(1000, 100, uint.MaxValue, true)]
    [InlineData(10, 600, 300, true)] // Restarted in between, and counting again.
    public void State_is_lost_when_the_clock_does_not_go_on(uint before, int elapsed, uint after, bool lost)
    {
        GatewayEpoch epoch = new();
        TimeSpan start = TimeSpan.FromDays(400);
        Assert.False(epoch.HasLostState(before, start));
        Assert.Equal(lost, epoch.HasLostState(after, start + TimeSpan.FromSeconds(elapsed)));
        Assert.False(epoch.HasLostState(after, start + TimeSpan.FromSeconds(elapsed)));
    }
}
