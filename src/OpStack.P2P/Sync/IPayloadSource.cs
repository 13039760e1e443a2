namespace OpStack.P2P;

/// <summary>Where the blocks come from that <see cref="PayloadServer"/> serves: the host's execution layer. Called in parallel.</summary>
public interface IPayloadSource
{
    /// <summary>
    /// The canonical block of a height; null when there is none (yet). The signature of the envelope is not served and may be missing. What it
    /// throws, and an answer later than 10 s, is told to the asking peer as an unknown error.
    /// </summary>
    /// <param name="number">The height: from genesis up to what the clock says the chain can have.</param>
    /// <param name="cancellationToken">Ends with the connection of the peer that asked, and after 10 s.</param>
    ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken);
}
