namespace OpStack.P2P;

/// <summary>The four block topics of a chain: /optimism/{chain id}/{version - 1}/blocks. All four are always joined.</summary>
public sealed class BlockTopics
{
    private readonly string[] _topics;

    /// <summary>The topics of a chain.</summary>
    /// <param name="chainId">The L2 chain id.</param>
    public BlockTopics(ulong chainId) =>
        _topics = [.. Enum.GetValues<PayloadVersion>().Select(
            version => FormattableString.Invariant($"/optimism/{chainId}/{(int)version - 1}/blocks"))];

    /// <summary>All four, by version.</summary>
    public IReadOnlyList<string> All => _topics;

    /// <summary>The topic of a version.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public string this[PayloadVersion version] =>
        version is >= PayloadVersion.V1 and <= PayloadVersion.V4
            ? _topics[(int)version - 1]
            : throw new ArgumentOutOfRangeException(nameof(version), version, "No such payload version.");

    /// <summary>The version of a topic; false for any other topic, that of another chain included.</summary>
    public bool TryGetVersion(string topic, out PayloadVersion version)
    {
        int index = Array.IndexOf(_topics, topic);
        version = (PayloadVersion)(index + 1);
        return index >= 0;
    }
}
