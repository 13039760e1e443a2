using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpStack.P2P.Hosting;

namespace OpStack.P2P.AspNetCore;

/// <summary>The node of an endpoint.</summary>
internal static class NodeSource
{
    /// <summary>The node of a key. Throws <see cref="InvalidOperationException"/> when none is registered: at the start, and not at each request.</summary>
    public static P2PNode NodeOf(this IEndpointRouteBuilder endpoints, object? key) => endpoints.ServiceProvider.GetKeyedService<P2PNode>(key)
        ?? throw new InvalidOperationException(
            key is null ? "There is no P2P node: call AddOpStackP2P first." : $"There is no P2P node of the key \"{key}\": call AddOpStackP2P with it first.");
}
