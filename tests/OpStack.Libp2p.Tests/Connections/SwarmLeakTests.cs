using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

public sealed class SwarmLeakTests : SwarmTestBase
{
    [Theory]
    [Trait("Row", "22")]
    [InlineData(StepFault.Reset)]
    [InlineData(StepFault.HalfClose)]
    [InlineData(StepFault.Damage)]
    public async Task A_fault_at_any_step_of_a_connection_leaves_nothing_behind_a_thousand_times(StepFault fault)
    {
        // The upgrade and identify take some 30 reads and writes of the dialler; every step is hit eight times and more.
        const int Steps = 40;
        Node dialler = Create("127.0.0.1"), listener = Create("127.0.0.2");
        int failed = 0;
        for (int round = 0; round < 334; round++)
        {
            int step = 1 + (round % Steps);
            Network.Wrap = stream => new FaultyStream(stream, fault, step);
            Task dial = dialler.Swarm.DialAsync(listener.Id, [listener.Address], new DialOptions { IgnoreBackoff = true }).AsTask();
            await EndsAsync(dial);
            failed += dial.IsFaulted ? 1 : 0;
            await dialler.Swarm.DisconnectAsync(listener.Id).AsTask().WaitAsync(Guard);
            await EndsAsync(Until.TrueAsync(() => IsIdle(dialler.Swarm) && IsIdle(listener.Swarm) && Network.Open.IsEmpty));
        }

        Assert.InRange(failed, 50, 333);
        Assert.Equal(dialler.Log.Opened.Count, dialler.Log.Closed.Count);
        Assert.Equal(listener.Log.Opened.Count, listener.Log.Closed.Count);
    }

    [Fact]
    [Trait("Row", "22")]
    public async Task Cancelling_a_dial_at_any_moment_leaves_nothing_behind()
    {
        Node dialler = Create("127.0.0.1"), listener = Create("127.0.0.2");
        for (int round = 0; round < 200; round++)
        {
            using CancellationTokenSource cancel = new();
            int step = 0;
            int last = round % 30;
            Network.Wrap = stream => new StepCounter(stream, () =>
            {
                if (Interlocked.Increment(ref step) == last)
                {
                    cancel.Cancel();
                }
            });
            Task dial = dialler.Swarm.DialAsync(listener.Id, [listener.Address], new DialOptions { IgnoreBackoff = true }, cancel.Token).AsTask();
            await EndsAsync(dial);
            await dialler.Swarm.DisconnectAsync(listener.Id).AsTask().WaitAsync(Guard);
            await EndsAsync(Until.TrueAsync(() => IsIdle(dialler.Swarm) && IsIdle(listener.Swarm) && Network.Open.IsEmpty));
        }

        Assert.Equal(0, dialler.Swarm.Statistics.BackoffsNow);
    }

    /// <summary>Nothing but the accept loop runs, and no table has an entry.</summary>
    private static bool IsIdle(Swarm swarm) =>
        swarm is { RunningTasks: 1, HeldAddresses: 0, HeldBudgets: 0, ConnectedPeers.Count: 0, Statistics: { HalfOpenInboundNow: 0, DialsNow: 0, QueuedDialsNow: 0 } };

    /// <summary>Lets the time pass that deadlines need, half a second at a time.</summary>
    private async Task EndsAsync(Task task)
    {
        await AdvanceUntil(() => task.IsCompleted, seconds: 0.5);
        await Task.WhenAny(task);
    }

    private sealed class StepCounter(IByteStream inner, Action onStep) : IByteStream
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            onStep();
            return inner.ReadAsync(buffer, cancellationToken);
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            onStep();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

        public void Abort() => inner.Abort();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
