namespace OpStack.P2P.AspNetCore;

/// <summary>Cancels after a time, or with a request that was given up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan duration, TimeProvider time, CancellationToken aborted = default)
    {
        _limit = new CancellationTokenSource(duration, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, aborted);
    }

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
