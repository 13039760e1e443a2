namespace OpStack.P2P.TestKit;

/// <summary>Waiting for something that happens in real time, with a hang guard.</summary>
public static class Until
{
    public static Task TrueAsync(Func<bool> condition, TimeSpan? guard = null) => TrueAsync(() => Task.FromResult(condition()), guard);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? guard = null)
    {
        using CancellationTokenSource patience = new(guard ?? TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
