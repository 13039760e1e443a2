using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>How frames travel. Sizes are those of RPCs: what noise, yamux and TCP add is not counted.</summary>
internal sealed record LinkOptions
{
    /// <summary>What a lost frame waits for the first retransmission; each further one takes twice as long (issue 4).</summary>
    public static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);

    /// <summary>Bytes a sender may be ahead of what the receiver has read: a fresh yamux window. Growth by auto-tuning is not modelled.</summary>
    public const long Window = YamuxLimits.InitialWindow;

    /// <summary>
    /// Round trips from a dial until RPCs flow: TCP 1, multistream for noise 1, noise 1.5, multistream for yamux 1; the gossip stream
    /// is negotiated lazily.
    /// </summary>
    public const double HandshakeRoundTrips = 4.5;

    /// <summary>One-way latency of a connection, drawn once for it. Default: 20 to 120 ms, uniformly.</summary>
    public Func<Random, TimeSpan> Latency { get; init; } = Uniform(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(120));

    /// <summary>Most that each frame takes longer, drawn uniformly. Default 10 ms.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Share of transmissions lost, 0 to below 1. A lost frame arrives one retransmission later, and holds up what was sent after it on
    /// the same connection. Default 0.
    /// </summary>
    public double Loss { get; init; }

    /// <summary>What one node sends per second over all its connections, in bytes. Default 12.5 MB: 100 Mbit/s.</summary>
    public double UplinkBytesPerSecond { get; init; } = 12_500_000;

    /// <summary>A latency between two bounds.</summary>
    public static Func<Random, TimeSpan> Uniform(TimeSpan least, TimeSpan most) => random => least + ((most - least) * random.NextDouble());
}
