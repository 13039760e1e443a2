using System.Net;
using System.Text.Json;
using OpStack.P2P.AspNetCore.Dashboard;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>The page and its snapshots over real HTTP.</summary>
public sealed class DashboardEndpointTests
{
    [Fact]
    public async Task The_page_comes_with_a_policy_that_lets_it_load_nothing_else()
    {
        await using WebNode node = await WebNode.StartAsync();
        using HttpResponseMessage page = await node.Http.GetAsync("/");
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Equal(DashboardPage.Load().SecurityPolicy, page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("same-origin", page.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal(DashboardPage.Load().Html.ToArray(), await page.Content.ReadAsByteArrayAsync());

        using HttpResponseMessage head = await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        Assert.Equal((HttpStatusCode.OK, DashboardPage.Load().Html.Length), (head.StatusCode, (int)head.Content.Headers.ContentLength!));
    }

    [Fact]
    public async Task A_snapshot_tells_what_the_node_knows()
    {
        await using WebNode node = await WebNode.StartAsync();
        await using Network other = Network.Builder(WebNode.Quiet).Build();
        NetworkHandler peer = await other.StartAsync();
        GossipDriver us = node.Handler.Gossip;
        await us.DialAsync(peer.Gossip.ListenAddresses[0].WithPeerId(peer.Gossip.LocalPeerId));
        await Until.TrueAsync(async () => (await us.GetSnapshotAsync()).Mesh.Count(mesh => mesh.Value.Count == 1) == 4);
        us.Gater.BanAddr(IPAddress.Parse("203.0.113.77"), TimeSpan.FromHours(1), "score");
        JsonElement snapshot = await SnapshotAsync(node);

        Assert.Equal("901", snapshot.GetProperty("node").GetProperty("chainId").GetString());
        Assert.Equal(us.LocalPeerId.ToString(), snapshot.GetProperty("node").GetProperty("peerId").GetString());
        JsonElement seen = Assert.Single(snapshot.GetProperty("peers").EnumerateArray());
        Assert.Equal(peer.Gossip.LocalPeerId.ToString(), seen.GetProperty("id").GetString());
        Assert.True(seen.GetProperty("outbound").GetBoolean());
        Assert.Equal([0, 1, 2, 3], seen.GetProperty("mesh").EnumerateArray().Select(topic => topic.GetInt32()));
        JsonElement ban = Assert.Single(snapshot.GetProperty("bans").EnumerateArray());
        Assert.Equal(("203.0.113.77", "score"), (ban.GetProperty("target").GetString(), ban.GetProperty("reason").GetString()));
        Assert.False(snapshot.TryGetProperty("discovery", out _));
    }

    [Fact]
    public async Task A_score_is_the_sum_of_what_the_snapshot_explains()
    {
        await using WebNode node = await WebNode.StartAsync(
            change: config => config with { Scoring = new PeerScoreOptions { ApplicationScore = _ => -3.5 } });
        await using Network other = Network.Builder(WebNode.Quiet).Build();
        NetworkHandler peer = await other.StartAsync();
        await node.Handler.Gossip.DialAsync(peer.Gossip.ListenAddresses[0].WithPeerId(peer.Gossip.LocalPeerId));
        await Until.TrueAsync(async () => (await node.Handler.Gossip.GetSnapshotAsync()).Scores.Any(score => score.Total < 0));
        JsonElement score = (await SnapshotAsync(node)).GetProperty("peers")[0].GetProperty("score");

        JsonElement term = Assert.Single(score.GetProperty("terms").EnumerateArray(), term => term.GetProperty("name").GetString() == "P5");
        Assert.Equal(-3.5, term.GetProperty("counter").GetDouble());
        Assert.Equal(
            score.GetProperty("total").GetDouble(),
            score.GetProperty("topicsTotal").GetDouble()
                + score.GetProperty("terms").EnumerateArray().Sum(t => t.GetProperty("value").GetDouble() * t.GetProperty("weight").GetDouble()),
            precision: 9);
    }

    [Fact]
    public async Task Attack_requests_over_the_limit_at_a_time_are_refused_with_503()
    {
        await using WebNode node = await WebNode.StartAsync(new P2PEndpointOptions { MaxConcurrentRequests = 1 });
        using HttpClient patient = new(new SocketsHttpHandler { Expect100ContinueTimeout = WebNode.Patience }) { BaseAddress = node.Uri };
        using SlowBody slow = new();
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = slow, Headers = { ExpectContinue = true } };
        Task<HttpResponseMessage> first = patient.SendAsync(request);
        await slow.Begun.WaitAsync(WebNode.Patience); // The server asked for the body: the request has its place, until its body is whole.

        using HttpResponseMessage second = await node.PostAsync("{}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);

        slow.End();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.PostAsync("{}")).StatusCode);
    }

    private static async Task<JsonElement> SnapshotAsync(WebNode node) => JsonElement.Parse(await node.Http.GetStringAsync("/snapshot.json"));

    /// <summary>A body that does not end before it is told to.</summary>
    private sealed class SlowBody : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowBody() => Headers.ContentType = new("application/json");

        public Task Begun => _begun.Task;

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{"u8.ToArray());
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _end.Task;
            await stream.WriteAsync("}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
