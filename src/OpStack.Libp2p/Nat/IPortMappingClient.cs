using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>
/// One method of asking one gateway. What the gateway does wrong or leaves undone is an outcome, never an exception; every wait has its own
/// deadline. One <see cref="MapAsync"/> at a time; <see cref="UnmapAsync"/> may run for several ports at once, after the last of them.
/// </summary>
internal interface IPortMappingClient : IDisposable
{
    /// <summary>Maps a port, or renews its mapping.</summary>
    /// <param name="port">The port of ours.</param>
    /// <param name="lifetime">The lifetime to ask for.</param>
    /// <param name="current">Where it is reached now, to stay the same; null when it is not mapped.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<MapOutcome> MapAsync(PortToMap port, TimeSpan lifetime, IPEndPoint? current, CancellationToken cancellationToken);

    /// <summary>Asks the gateway to take back what it may have mapped for us. Nothing happens when it was never asked.</summary>
    Task UnmapAsync(PortToMap port, CancellationToken cancellationToken);
}
