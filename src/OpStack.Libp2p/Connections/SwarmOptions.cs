namespace OpStack.Libp2p.Connections;

/// <summary>Settings of a <see cref="Swarm"/>. Every time span must be positive and at most a day.</summary>
public sealed record SwarmOptions
{
    /// <summary>Free text told to peers by identify, at most 128 characters. Default "opstack-p2p".</summary>
    public string AgentVersion { get; init; } = "opstack-p2p";

    /// <summary>Protocol version told to peers by identify, at most 128 characters. Default "" as op-node and kona do.</summary>
    public string ProtocolVersion { get; init; } = "";

    /// <summary>
    /// Deadline of one dial: TCP connect, noise and yamux together, per address. Default 10 s (op-node --p2p.timeout.dial).
    /// </summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Deadline from accepting a socket to the end of its handshake. Default 10 s (op-node --p2p.timeout.accept; go-libp2p 15 s).
    /// </summary>
    public TimeSpan AcceptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Deadline of agreeing on a stream's protocol, both directions. Default 10 s (go-libp2p).</summary>
    public TimeSpan StreamTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest wait for connections and tasks to end when disposing. Default 2 s (ours: a goodbye takes one round trip, and of many peers one is
    /// always gone without a word).
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Two connections in opposite directions this close together are one simultaneous dial, of which one is kept:
    /// the one dialled by the peer with the lower id, so that both ends keep the same. Default 10 s.
    /// </summary>
    public TimeSpan SimultaneousDialWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Deadline of dialling a peer: the wait for its turn, looking names up and all its addresses together. Default 30 s (op-node's dials
    /// of static peers); <see cref="DialTimeout"/> bounds each address in it.
    /// </summary>
    public TimeSpan DialDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections, from whom and how fast; every default in <see cref="ConnectionLimits"/>.</summary>
    public ConnectionLimits Limits { get; init; } = new();

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        RequireText(AgentVersion, nameof(AgentVersion));
        RequireText(ProtocolVersion, nameof(ProtocolVersion));
        RequireTime(DialTimeout, nameof(DialTimeout));
        RequireTime(AcceptTimeout, nameof(AcceptTimeout));
        RequireTime(StreamTimeout, nameof(StreamTimeout));
        RequireTime(CloseTimeout, nameof(CloseTimeout));
        RequireTime(SimultaneousDialWindow, nameof(SimultaneousDialWindow));
        RequireTime(DialDeadline, nameof(DialDeadline));
        ArgumentNullException.ThrowIfNull(Limits, nameof(Limits));
        Limits.Validate();
    }

    private static void RequireTime(TimeSpan value, string name)
    {
        // Timers end at 49 days: a longer span would fail at the first dial instead of here.
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"{nameof(SwarmOptions)}.{name} must be positive and at most a day, not {value}.", name);
        }
    }

    private static void RequireText(string value, string name)
    {
        if (value is null || value.Length > 128)
        {
            throw new ArgumentException($"{nameof(SwarmOptions)}.{name} must be a text of at most 128 characters.", name);
        }
    }
}
