using OpStack.Libp2p.Connections;

namespace OpStack.P2P.Metrics;

/// <summary>Labels that several metrics have, and the indices of their values that are no enumeration elsewhere.</summary>
internal static class MetricLabels
{
    /// <summary>Received is 0 and sent 1.</summary>
    public static readonly MetricLabel Flow = new("direction", ["received", "sent"]);

    /// <summary>Who opened it; in the order of <see cref="ConnectionDirection"/>.</summary>
    public static readonly MetricLabel Opener = MetricLabel.Of<ConnectionDirection>("direction");

    /// <summary>Payload versions 1 to 4 at 0 to 3: the block topics.</summary>
    public static readonly MetricLabel Version = new("version", ["v1", "v2", "v3", "v4"]);

    public const int Received = 0;
    public const int Sent = 1;
}
