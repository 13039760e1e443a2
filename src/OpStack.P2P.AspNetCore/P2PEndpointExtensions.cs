using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpStack.P2P;
using OpStack.P2P.AspNetCore;
using OpStack.P2P.AspNetCore.Access;
using OpStack.P2P.AspNetCore.Dashboard;
using OpStack.P2P.AspNetCore.Prometheus;
using OpStack.P2P.AspNetCore.Rpc;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The endpoints of a node that AddOpStackP2P registered. Each answers this machine only unless told otherwise.</summary>
public static class P2PEndpointExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// The opp2p and admin methods as JSON-RPC 2.0 over POST, as op-node serves them at "/". What is allowed and how long a body may be is
    /// <see cref="NetworkConfig"/>'s Rpc. Only media types of JSON are taken, so that no page of another site can post without being asked.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no such node.</exception>
    public static IEndpointConventionBuilder MapOpP2PRpc(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/", P2PEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EndpointGuard guard = new(options ?? new P2PEndpointOptions());
        RpcEndpoint rpc = new(endpoints.NodeOf(guard.Options.NodeKey), guard.Options, Time(endpoints));
        endpoints.MapMethods(pattern, [HttpMethods.Options], guard.Guard(guard.PreflightAsync)).WithDisplayName("opp2p RPC preflight");
        return endpoints.MapPost(pattern, guard.Guard(rpc.HandleAsync)).WithDisplayName("opp2p RPC");
    }

    /// <summary>The metrics of this library as Prometheus text. One page for all nodes of the host.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public static IEndpointConventionBuilder MapP2PMetrics(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/metrics", P2PEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EndpointGuard guard = new(options ?? new P2PEndpointOptions());
        PrometheusText text = new(endpoints.ServiceProvider.GetService<IMeterFactory>()); // Listens before the first node starts.
        endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(text.Dispose);
        MetricsEndpoint metrics = new(text, guard.Options, Time(endpoints));
        return endpoints.MapMethods(pattern, Reading, guard.Guard(metrics.HandleAsync)).WithDisplayName("P2P metrics");
    }

    /// <summary>
    /// A page that shows a person what the node sees, live, and the snapshots it asks for each second at <paramref name="pattern"/> +
    /// "/snapshot.json". Needs nothing from the network but its own host.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no such node.</exception>
    public static IEndpointConventionBuilder MapP2PDashboard(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/", P2PEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        EndpointGuard guard = new(options ?? new P2PEndpointOptions());
        ILogger logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DashboardEndpoint));
        DashboardEndpoint dashboard = new(endpoints.NodeOf(guard.Options.NodeKey), guard.Options, Time(endpoints), logger);
        RouteGroupBuilder group = endpoints.MapGroup("");
        group.MapMethods(pattern, Reading, guard.Guard(dashboard.PageAsync)).WithDisplayName("P2P dashboard");
        group.MapMethods(pattern.TrimEnd('/') + "/snapshot.json", Reading, guard.Guard(dashboard.SnapshotAsync)).WithDisplayName("P2P dashboard snapshot");
        return group;
    }

    private static TimeProvider Time(IEndpointRouteBuilder endpoints) => endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
}
