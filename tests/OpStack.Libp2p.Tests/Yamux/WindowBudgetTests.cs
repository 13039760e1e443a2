using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What a peer can make us hold, over all its streams and connections (attack-cases.md section 3: 64 MiB per peer).</summary>
[Trait("Row", "25")]
public class WindowBudgetTests
{
    private const uint Initial = YamuxLimits.InitialWindow;

    [Fact]
    public void NewWindowsTakeTheWholeAndGrowthHalf()
    {
        WindowBudget budget = new(8 * Initial);
        Assert.True(budget.TryOpen(3 * Initial));
        Assert.True(budget.TryGrow(Initial));
        Assert.False(budget.TryGrow(1));
        Assert.True(budget.TryOpen(4 * Initial));
        Assert.False(budget.TryOpen(1));
        budget.Return(8 * Initial);
        Assert.Equal(0, budget.Granted);
    }

    [Fact]
    public async Task RacingConnectionsNeverTakeMoreThanThereIs()
    {
        WindowBudget budget = new(100 * Initial);
        int held = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            int own = 0;
            for (int i = 0; i < 20_000; i++)
            {
                if (own < 40 && random.Next(3) > 0)
                {
                    if (budget.TryOpen(Initial))
                    {
                        own++;
                        Assert.InRange(Interlocked.Increment(ref held), 1, 100);
                    }
                }
                else if (own > 0)
                {
                    own--;
                    Interlocked.Decrement(ref held);
                    budget.Return(Initial);
                }
            }

            Interlocked.Add(ref held, -own);
            budget.Return((uint)own * Initial);
        })));
        Assert.Equal(0, budget.Granted);
    }

    [Fact]
    public void NoMixOfStreamsGrowthAndConnectionsPasses64MebibytesPerPeer()
    {
        Random random = new(17);
        WindowBudget budget = new(YamuxLimits.MaxReceiveBudget);
        SessionHarness[] sessions = [.. Enumerable.Range(0, 8).Select(_ => Measured(budget))];
        List<(SessionHarness Session, uint Id)> live = [];
        uint next = 1;
        int refused = 0, grown = 0;
        for (int i = 0; i < 4_000; i++)
        {
            int choice = random.Next(10), index = random.Next(live.Count + 1);
            if (choice < 3 || index == live.Count)
            {
                SessionHarness s = sessions[random.Next(sessions.Length)];
                if (s.Feed(Syn(next)) == "")
                {
                    refused++;
                }
                else
                {
                    live.Add((s, next));
                }

                next += 2;
            }
            else if (choice < 9)
            {
                // Half of the window, used up at once: asks for twice the window.
                (SessionHarness s, uint id) = live[index];
                s.Feed(Data(id, (int)Initial / 2));
                s.Received.Clear();
                grown += s.Session.Consume(id, Initial / 2, s.Now) > Initial ? 1 : 0;
            }
            else
            {
                (SessionHarness s, uint id) = live[index];
                s.Session.Reset(id, s.Now);
                live.RemoveAt(index);
            }

            Array.ForEach(sessions, s => s.Now += TimeSpan.FromMilliseconds(5));
            Assert.InRange(budget.Granted, 0, YamuxLimits.MaxReceiveBudget);
        }

        Assert.All(sessions, s => Assert.Equal(YamuxViolation.None, s.Session.Violation));
        Assert.InRange(grown, 100, 3_900);
        Assert.InRange(refused, 200, 2_000);
        Array.ForEach(sessions, s => s.Session.End());
        Assert.Equal(0, budget.Granted);
    }

    [Fact]
    public void AStreamThatDoesNotFitIsRefusedToEitherSideUntilAnotherEnds()
    {
        WindowBudget budget = new(3 * Initial);
        SessionHarness first = new(windows: budget), second = new(windows: budget);
        Assert.Equal("opened 1; opened 3", first.Feed(Syn(1), Syn(3)));
        Assert.Equal(2u, second.Open());
        Assert.Equal(YamuxOpenResult.TooManyStreams, second.Session.TryOpen(second.Now, out _));
        first.Sent();
        Assert.Equal("", first.Feed(Data(5, 100, YamuxFlags.Syn)));
        Assert.Equal("000100080000000500000000", first.Sent());
        Assert.Equal(100, first.Session.DiscardedBytes);
        first.Session.Reset(1, first.Now);
        Assert.Equal(4u, second.Open());
    }

    [Fact]
    public async Task AConnectionThatEndsGivesItsWindowsBack()
    {
        WindowBudget budget = new(4 * Initial);
        RawPeer peer = new(windows: budget);
        await peer.SendAsync(Syn(1), Data(3, 1000, YamuxFlags.Syn));
        YamuxStream first = (await peer.Victim.AcceptStreamAsync(default))!, second = (await peer.Victim.AcceptStreamAsync(default))!;
        Assert.Equal(2 * Initial, budget.Granted);
        await peer.DisposeAsync();
        Assert.Equal(0, budget.Granted);
        await first.DisposeAsync();
        await second.DisposeAsync();
        Assert.Equal(0, peer.Pool.Outstanding);
    }

    private static SessionHarness Measured(WindowBudget budget)
    {
        SessionHarness s = new(windows: budget);
        s.Session.Start(s.Now);
        s.Now += TimeSpan.FromSeconds(1);
        Assert.StartsWith("pong", s.FeedHex("000200020000000000000000"));
        s.Sent();
        return s;
    }
}
