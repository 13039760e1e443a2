namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>Nodes connected all with all and grafted.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    public required TestNode[] Nodes { get; init; }

    public static async Task<Fleet> StartAsync(int count)
    {
        TestNode[] nodes = [.. await Task.WhenAll(Enumerable.Range(1, count).Select(i => TestNode.StartAsync((byte)i)))];
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                nodes[i].Host.Connect(nodes[j].Host);
            }
        }

        Fleet fleet = new() { Nodes = nodes };
        await fleet.WaitForMeshAsync(Math.Min(count - 1, 6));
        return fleet;
    }

    public async Task WaitForMeshAsync(int degree)
    {
        foreach (TestNode node in Nodes)
        {
            Assert.True(await node.InMeshAsync(degree));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestNode node in Nodes)
        {
            await node.DisposeAsync();
            Assert.True(await TestNode.WithinAsync(() => node.Host.Serving == 0));
        }
    }
}
