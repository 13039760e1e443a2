using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using OpStack.Libp2p.Connections.Dialing;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections.Dialing;

/// <summary>Happy eyeballs in virtual time: what is awaited in real time are other threads only.</summary>
public sealed class AddressRaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string?>> _attempts = new();
    private readonly ConcurrentQueue<string> _started = new();
    private readonly ConcurrentQueue<string> _cancelled = new();
    private readonly ConcurrentQueue<string> _discarded = new();
    private readonly AsyncSlots _slots = new(16);

    [Fact]
    public async Task Attempts_begin_a_quarter_of_a_second_apart()
    {
        Task<string?> race = Run(["a", "b", "c"]);
        await Started("a");
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(["a"], _started);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Started("a", "b");
        await AdvanceUntil(() => _started.Count == 3);

        _attempts["b"].SetResult("b");
        Assert.Equal("b", await race);
        Assert.Equal(["a", "c"], _cancelled.Order());
        Assert.Equal(1, _slots.Taken);
    }

    [Fact]
    public async Task After_a_failure_the_next_begins_at_once()
    {
        Task<string?> race = Run(["a", "b"]);
        await Started("a");
        _attempts["a"].SetResult(null);
        await Started("a", "b");
        _attempts["b"].SetResult("b");

        Assert.Equal("b", await race);
        Assert.Equal(1, _slots.Taken);
    }

    [Fact]
    public async Task All_failing_gives_nothing()
    {
        Task<string?> race = Run(["a", "b"]);
        await Started("a");
        _attempts["a"].SetResult(null);
        await Started("a", "b");
        _attempts["b"].SetResult(null);

        Assert.Null(await race);
        Assert.Null(await Run([]));
    }

    [Fact]
    public async Task Without_a_free_slot_an_attempt_waits_for_the_one_under_way()
    {
        while (_slots.TryEnter())
        {
        }

        Task<string?> race = Run(["a", "b", "c"], takeSlot: false);
        await Started("a");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a"], _started);
        _attempts["a"].SetResult(null);
        await Started("a", "b");
        _slots.Leave();
        await AdvanceUntil(() => _started.Count == 3);
        Assert.Equal(16, _slots.Taken);
        _attempts["c"].SetResult("c");

        Assert.Equal("c", await race);
        Assert.Equal(15, _slots.Taken);
    }

    [Fact]
    public async Task A_slow_look_up_does_not_hold_up_the_attempts_under_way()
    {
        TaskCompletionSource never = new();
        Task<string?> race = Run(["a", "slow"], lookUp: name => name == "slow" ? never.Task : Task.CompletedTask);
        await Started("a");
        _attempts["a"].SetResult("a");

        Assert.Equal("a", await race);
    }

    [Fact]
    public async Task Results_that_come_too_late_are_given_back()
    {
        Task<string?> race = Run(["a", "late"]);
        await Started("a");
        await AdvanceUntil(() => _started.Count == 2);
        _attempts["a"].SetResult("a");

        Assert.Equal("a", await race);
        Assert.Equal(["late"], _discarded);
    }

    [Fact]
    public async Task Cancelling_ends_every_attempt_before_it_returns()
    {
        using CancellationTokenSource cancel = new();
        Task<string?> race = Run(["a", "b", "c"], cancellationToken: cancel.Token);
        await Started("a");
        await AdvanceUntil(() => _started.Count == 3);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
        Assert.Equal(["a", "b", "c"], _cancelled.Order());
        Assert.Equal(1, _slots.Taken);
    }

    [Fact]
    public void Families_take_turns_and_ip6_begins()
    {
        IPEndPoint[] given = [.. new[] { "1.1.1.1", "2.2.2.2", "3.3.3.3", "::4", "::5" }.Select(a => new IPEndPoint(IPAddress.Parse(a), 1))];
        Assert.Equal(["::4", "1.1.1.1", "::5", "2.2.2.2", "3.3.3.3"], FamilyOrder.Interleave(given).Select(e => e.Address.ToString()));
    }

    private Task<string?> Run(
        string[] targets, bool takeSlot = true, Func<string, Task>? lookUp = null, CancellationToken cancellationToken = default)
    {
        if (takeSlot)
        {
            Assert.True(_slots.TryEnter());
        }

        AddressRace<string, string> race = new(_slots, _time, AttemptAsync);
        return race.RunAsync(TargetsAsync(targets, lookUp, cancellationToken), _discarded.Enqueue, cancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async IAsyncEnumerable<string> TargetsAsync(
        string[] targets, Func<string, Task>? lookUp, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string target in targets)
        {
            await (lookUp?.Invoke(target) ?? Task.CompletedTask).WaitAsync(cancellationToken);
            yield return target;
        }
    }

    private async Task<string?> AttemptAsync(string target, CancellationToken cancellationToken)
    {
        TaskCompletionSource<string?> result = _attempts.GetOrAdd(target, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        _started.Enqueue(target);
        try
        {
            return await result.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.Enqueue(target);
            if (target == "late")
            {
                return target;
            }

            throw;
        }
    }

    private Task Started(params string[] targets) => Until.TrueAsync(() => _started.SequenceEqual(targets));

    private async Task AdvanceUntil(Func<bool> condition)
    {
        await Until.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            return condition();
        });
    }
}
