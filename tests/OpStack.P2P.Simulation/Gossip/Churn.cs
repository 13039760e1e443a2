namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Nodes that leave and come back.</summary>
internal sealed record ChurnOptions
{
    /// <summary>Share of the nodes that leaves per minute. 0 or more.</summary>
    public required double PerMinute { get; init; }

    /// <summary>How long a node stays away, drawn uniformly up to twice this. Default 30 s.</summary>
    public TimeSpan Away { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Share of the leaves that nobody is told of, as when a machine dies: the peers' yamux finds out after 10 to 40 s. Default 0.5; the others
    /// close their connections.
    /// </summary>
    public double Vanishing { get; init; } = 0.5;
}

/// <summary>Takes random nodes off the network and brings them back. The sequencer stays.</summary>
internal sealed class Churn(GossipScenario scenario, ChurnOptions options)
{
    private readonly GossipNetwork _network = scenario.Network;
    private bool _stopped;

    /// <summary>Times a node left.</summary>
    public int Leaves { get; private set; }

    public void Start()
    {
        if (options.PerMinute > 0)
        {
            WaitForNext();
        }
    }

    /// <summary>Nobody leaves any more; who is away still comes back.</summary>
    public void Stop() => _stopped = true;

    private void WaitForNext()
    {
        // Independent leaves: the time between two is distributed exponentially.
        double mean = 60 / (options.PerMinute * scenario.Options.Nodes);
        double wait = -mean * Math.Log(1 - _network.Random.NextDouble());
        _network.Time.After(TimeSpan.FromSeconds(wait), () =>
        {
            if (!_stopped && !_network.Time.IsOver)
            {
                LeaveOne();
                WaitForNext();
            }
        });
    }

    private void LeaveOne()
    {
        int index = 1 + _network.Random.Next(scenario.Options.Nodes - 1);
        if (scenario.IsAway(index))
        {
            return;
        }

        Leaves++;
        scenario.TakeAway(index, vanishes: _network.Random.NextDouble() < options.Vanishing);
        _network.Time.After(2 * options.Away * _network.Random.NextDouble(), () =>
        {
            if (!_network.Time.IsOver)
            {
                scenario.BringBack(index);
            }
        });
    }
}
