namespace OpStack.P2P.Simulation.Gossip;

/// <summary>How nodes come by their connections. Discovery is taken for granted: whoever is on the network can be found.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Connections a node keeps up by dialling. Default 10: half of op-node's goal of 20 peers, the other half dials it.</summary>
    public int Outbound { get; init; } = 10;

    /// <summary>Connections of others that it takes. Default 20: op-node's high-water mark of 30 peers.</summary>
    public int MaxInbound { get; init; } = 20;

    /// <summary>Between two looks at whether connections are missing. Default 5 s (op-node's connect tick).</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Dials random peers until a node has enough, and looks again from time to time.</summary>
internal sealed class ConnectionPolicy(GossipNetwork network, ConnectionOptions options)
{
    /// <summary>From now on, for as long as the node is up.</summary>
    public void Keep(VirtualPeer node)
    {
        node.MaxInbound = options.MaxInbound;
        TopUp(node);
    }

    private void TopUp(VirtualPeer node)
    {
        if (!node.IsUp || network.Time.IsOver)
        {
            return;
        }

        int missing = options.Outbound - node.Links.Values.Count(link => link.Outbound);
        for (int tries = 3 * missing; tries > 0 && missing > 0; tries--)
        {
            VirtualPeer other = network.Peers[network.Random.Next(network.Peers.Count)];
            if (other != node && other.IsFound && !node.Links.ContainsKey(other.Id) && !network.IsDialling(node, other))
            {
                network.Dial(node, other);
                missing--;
            }
        }

        network.Time.After(options.Interval, () => TopUp(node));
    }
}
