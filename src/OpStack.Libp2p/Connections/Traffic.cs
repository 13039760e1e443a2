namespace OpStack.Libp2p.Connections;

/// <summary>Bytes in both directions.</summary>
/// <param name="Received">Bytes from the remote.</param>
/// <param name="Sent">Bytes to the remote.</param>
public readonly record struct Traffic(long Received, long Sent)
{
    /// <summary>Both sums.</summary>
    public static Traffic operator +(Traffic a, Traffic b) => new(a.Received + b.Received, a.Sent + b.Sent);
}
