namespace OpStack.P2P.Simulation.Gossip;

/// <summary>How nodes come by their connections. Discovery is taken for granted: whoever is on the network can be found.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Connections a node keeps up by dialling. Default 10: half of op-node's goal of 20 peers, the other half dials it.</summary>
    public int Outbound { get; init; } = 10;

    /// <summary>Connections of others that it takes. Default 20: with the 10 it dials op-node's high-water mark of 30 peers.</summary>
    public int MaxInbound { get; init; } = 20;

    /// <summary>Between two looks at whether connections are missing. Default 5 s (op-node's connect tick).</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a peer that was lost is dialled again, whether or not others have taken its place. Without that the halves of a partition would fill up
    /// with themselves and stay apart after it. Default 2 minutes.
    /// </summary>
    public TimeSpan Redial { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Dials random peers until a node has enough, and those it lost again.</summary>
internal sealed class ConnectionPolicy(GossipNetwork network, ConnectionOptions options)
{
    /// <summary>From now on, for as long as the node is up.</summary>
    public void Keep(VirtualPeer node)
    {
        Dictionary<int, TimeSpan> lost = [];
        node.MaxInbound = options.MaxInbound;
        node.Lost = peer => lost[peer.Index] = network.Time.Now;
        Look(node, lost);
    }

    private void Look(VirtualPeer node, Dictionary<int, TimeSpan> lost)
    {
        if (!node.IsUp || network.Time.IsOver)
        {
            return;
        }

        foreach ((int index, TimeSpan since) in lost)
        {
            if (network.Find(index) is { } peer && node.Links.ContainsKey(peer.Id) || since + options.Redial < network.Time.Now)
            {
                lost.Remove(index);
            }
            else if (network.Find(index) is { } again)
            {
                network.Dial(node, again);
            }
        }

        TopUp(node);
        network.Time.After(options.Interval, () => Look(node, lost));
    }

    private void TopUp(VirtualPeer node)
    {
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
    }
}
