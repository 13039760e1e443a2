namespace OpStack.P2P.Peers.Storage;

/// <summary>Texts that peers choose, made fit for files, logs and terminals.</summary>
internal static class PeerText
{
    /// <summary>
    /// At most so many characters, '?' for each that is not printable ASCII: so its size in JSON is known, and it cannot forge a line of a
    /// log.
    /// </summary>
    public static string Clean(string text, int maxLength)
    {
        string cut = text.Length <= maxLength ? text : text[..maxLength];
        return IsClean(cut) ? cut : string.Create(cut.Length, cut, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = IsPrintable(source[i]) ? source[i] : '?';
            }
        });
    }

    /// <summary>Those of the protocols that can be kept whole, at most <see cref="PeerLimits.MaxProtocols"/>.</summary>
    public static IReadOnlyList<string> Kept(IEnumerable<string> protocols) =>
    [
        .. protocols.Where(protocol => protocol.Length <= PeerLimits.MaxProtocolLength && IsClean(protocol)).Take(PeerLimits.MaxProtocols),
    ];

    public static bool IsClean(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~';
}
