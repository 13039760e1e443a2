using OpStack.Discv5.Lookups;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

public sealed class LookupDistancesTests
{
    [Theory]
    [InlineData(256, new[] { 256, 255, 254 })]
    [InlineData(255, new[] { 255, 256, 254 })]
    [InlineData(250, new[] { 250, 251, 249 })]
    [InlineData(2, new[] { 2, 3, 1 })]
    [InlineData(1, new[] { 1, 2, 3 })]
    public void Are_those_around_the_target(int distance, int[] expected) =>
        Assert.Equal(expected, LookupDistances.For(TestNode.IdAt(TestNode.Zero, distance, 1), TestNode.Zero));

    [Fact]
    public void The_target_itself_is_asked_for_its_record_alone() => Assert.Equal([0], LookupDistances.For(TestNode.Zero, TestNode.Zero));

    [Fact]
    public void None_is_ever_outside_what_peers_tolerate()
    {
        for (int distance = 1; distance <= 256; distance++)
        {
            int[] distances = LookupDistances.For(TestNode.IdAt(TestNode.Zero, distance, 1), TestNode.Zero);
            Assert.Equal(LookupLimits.Distances, distances.Distinct().Count());
            Assert.Equal(distance, distances[0]);
            Assert.All(distances, d => Assert.InRange(d, 1, 256));
        }
    }
}
