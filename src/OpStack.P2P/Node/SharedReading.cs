namespace OpStack.P2P.Node;

/// <summary>
/// Something that many metrics are read from and that is costly to make: those that are collected together share one. A collector has no way to
/// tell where its round begins, so the bound is an age. Any thread.
/// </summary>
/// <param name="read">Makes it.</param>
/// <param name="age">How old it may be when it is used again.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedReading<T>(Func<T> read, TimeSpan age, TimeProvider time)
    where T : class
{
    private Taken? _last;

    public T Value
    {
        get
        {
            if (Volatile.Read(ref _last) is { } last && time.GetElapsedTime(last.At) < age)
            {
                return last.Value;
            }

            // As old as its beginning: what happens while it is made may not be in it.
            Taken taken = new(time.GetTimestamp(), read());
            Volatile.Write(ref _last, taken);
            return taken.Value;
        }
    }

    /// <summary>The next use makes a new one.</summary>
    public void Forget() => Volatile.Write(ref _last, null);

    private sealed record Taken(long At, T Value);
}
