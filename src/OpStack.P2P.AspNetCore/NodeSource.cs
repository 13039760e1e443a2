using Microsoft.Extensions.DependencyInjection;
using OpStack.P2P.Hosting;

namespace OpStack.P2P.AspNetCore;

/// <summary>Finds the running node of an endpoint among the host's services.</summary>
internal sealed class NodeSource(object? key)
{
    /// <summary>The node's handler; null while it is not started. Throws <see cref="InvalidOperationException"/> when no such node is registered.</summary>
    public NetworkHandler? Find(IServiceProvider services) => Node(services).Handler;

    private P2PNode Node(IServiceProvider services) => key is null
        ? services.GetRequiredService<P2PNode>()
        : services.GetRequiredKeyedService<P2PNode>(key);
}
