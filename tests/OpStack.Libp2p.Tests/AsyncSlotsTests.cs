namespace OpStack.Libp2p.Tests;

public sealed class AsyncSlotsTests
{
    private readonly AsyncSlots _slots = new(2, queue: 3);

    [Fact]
    public async Task Those_who_wait_longest_come_first_and_no_more_than_the_queue_wait()
    {
        await _slots.EnterAsync(default);
        Assert.True(_slots.TryEnter());
        Assert.False(_slots.TryEnter());
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => _slots.EnterAsync(default))];
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => _slots.EnterAsync(default));
        Assert.Equal((Libp2pError.LimitReached, 2, 3), (e.Error, _slots.Taken, _slots.Waiting));

        _slots.Leave();
        await waiting[0];
        Assert.Equal((2, 2, false), (_slots.Taken, _slots.Waiting, _slots.TryEnter()));
        _slots.Leave();
        await waiting[1];
        _slots.Leave();
        await waiting[2];
        _slots.Leave();
        _slots.Leave();
        Assert.Equal((0, 0), (_slots.Taken, _slots.Waiting));
    }

    [Fact]
    public async Task Giving_up_leaves_the_queue_at_once()
    {
        await _slots.EnterAsync(default);
        await _slots.EnterAsync(default);
        using CancellationTokenSource cancel = new();
        Task given = _slots.EnterAsync(cancel.Token), next = _slots.EnterAsync(default);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(1, _slots.Waiting);
        _slots.Leave();
        await next;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _slots.EnterAsync(cancel.Token));
    }

    [Fact]
    public async Task No_slot_is_lost_when_a_turn_comes_while_its_owner_gives_up()
    {
        AsyncSlots slots = new(1);
        for (int i = 0; i < 2000; i++)
        {
            await slots.EnterAsync(default);
            using CancellationTokenSource cancel = new();
            Task waiting = slots.EnterAsync(cancel.Token);
            await Task.WhenAll(Task.Run(cancel.Cancel), Task.Run(slots.Leave));
            await Task.WhenAny(waiting);
            if (waiting.IsCompletedSuccessfully)
            {
                slots.Leave();
            }

            Assert.Equal((0, 0), (slots.Taken, slots.Waiting));
        }
    }
}
