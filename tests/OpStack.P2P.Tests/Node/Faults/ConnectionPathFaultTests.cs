using OpStack.Libp2p.Tests.Transport;
using OpStack.P2P.TestKit;
using Xunit.Abstractions;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// Every way a connection can break, at every await of everything that happens on it, on either side (attack-cases.md row 22, and issue 9): both nodes
/// come back to holding nothing of it, with no deadline unless it stood still, and the next connection carries blocks.
/// </summary>
[Collection(ProcessCountsCollection.Name)]
[Trait("Row", "22")]
public sealed class ConnectionPathFaultTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(TransportFaults.EitherWay), MemberType = typeof(TransportFaults))]
    public async Task A_fault_at_any_await_of_a_connection_leaves_nothing_and_the_next_one_carries_blocks(TransportFault fault, bool victimDials)
    {
        int sockets = ProcessCounts.Sockets(), steps = 0;
        using RentedArrays rented = new();
        await using (FaultyPath path = await FaultyPath.StartAsync())
        {
            while (await path.BreakAsync(steps, fault, victimDials))
            {
                steps++;
            }

            output.WriteLine($"{steps} awaits, {path.Broken} of them broke the path; at rest again after {path.Longest.TotalMilliseconds:F0} ms at most, {path.LongestStall.TotalSeconds:F0} s of the nodes' own time");

            // The upgrade takes 20 short reads and writes and more; what comes after it more than that again.
            Assert.InRange(steps, 40, 400);
            Assert.InRange(path.Broken, steps / 2, steps + 1);
        }

        Assert.True(rented.Rents > steps);
        await Until.TrueAsync(() => rented.Count == 0);
        await Until.TrueAsync(() => ProcessCounts.Sockets() <= sockets);
    }
}
