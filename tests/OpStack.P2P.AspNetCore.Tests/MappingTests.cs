using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>Where the endpoints are, and whose.</summary>
public sealed class MappingTests
{
    [Theory]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    [InlineData("HEAD", "/snapshot.json", HttpStatusCode.OK)]
    [InlineData("HEAD", "/metrics", HttpStatusCode.OK)]
    [InlineData("OPTIONS", "/", HttpStatusCode.NoContent)]
    [InlineData("OPTIONS", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/snapshot.json", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    public async Task Other_methods_are_answered_as_HTTP_has_it_and_without_a_body(string method, string path, HttpStatusCode status)
    {
        await using WebNode node = await WebNode.StartAsync();
        using HttpResponseMessage answer = await node.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        if (status == HttpStatusCode.OK)
        {
            Assert.True(answer.Content.Headers.ContentLength > 500, $"{answer.Content.Headers.ContentLength}");
        }
    }

    [Fact]
    public async Task Two_chains_in_one_host_have_endpoints_of_their_own()
    {
        (string Key, ulong Chain)[] nodes = [("base", 8453), ("op", 10)];
        WebApplicationBuilder builder = NewBuilder();
        foreach ((string key, ulong chain) in nodes)
        {
            builder.Services.AddOpStackP2P(key, options => (options.Chain, options.NoDiscovery, options.ListenIp, options.ListenTcp) = ($"{chain}", true, "127.0.0.1", 0));
        }

        await using WebApplication app = builder.Build();
        foreach ((string key, _) in nodes)
        {
            P2PEndpointOptions options = new() { NodeKey = key };
            app.MapP2PDashboard($"/{key}", options);
            app.MapOpP2PRpc($"/{key}", options);
        }

        await app.StartAsync().WaitAsync(WebNode.Patience);
        using HttpClient http = new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = WebNode.Patience };
        foreach ((string key, ulong chain) in nodes)
        {
            using HttpJsonRpcTransport transport = new(new Uri(http.BaseAddress, key));
            Assert.Equal(chain, (await new OpP2PClient(transport).SelfAsync()).ChainId);
            JsonElement snapshot = JsonElement.Parse(await http.GetStringAsync($"/{key}/snapshot.json"));
            Assert.Equal($"{chain}", snapshot.GetProperty("node").GetProperty("chainId").GetString());
        }

        await app.StopAsync().WaitAsync(WebNode.Patience);
    }

    [Fact]
    public async Task An_endpoint_without_its_node_is_refused_when_it_is_mapped()
    {
        WebApplicationBuilder builder = NewBuilder();
        builder.Services.AddOpStackP2P("base", options => options.Chain = "base");
        await using WebApplication app = builder.Build();
        Assert.Contains("AddOpStackP2P", Assert.Throws<InvalidOperationException>(() => app.MapOpP2PRpc()).Message, StringComparison.Ordinal);
        Assert.Contains("\"op\"", Assert.Throws<InvalidOperationException>(() => app.MapP2PDashboard("/", new() { NodeKey = "op" })).Message, StringComparison.Ordinal);
        app.MapOpP2PRpc("/", new() { NodeKey = "base" });
    }

    private static WebApplicationBuilder NewBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }
}
