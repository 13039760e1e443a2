using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>One of the ways to ask a gateway. Throws <see cref="GatewayException"/>, and cancellation.</summary>
internal interface IGatewayProtocol
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Asks for a mapping, or for more time for one; <paramref name="suggested"/> is where it was before.</summary>
    Task<PortMapping> MapAsync(MappedPort port, IPEndPoint? suggested, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Gives a mapping back.</summary>
    Task UnmapAsync(PortMapping mapping, CancellationToken cancellationToken);
}
