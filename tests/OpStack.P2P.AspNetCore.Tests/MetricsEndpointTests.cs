using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>A real scrape, read line by line as Prometheus does.</summary>
public sealed partial class MetricsEndpointTests
{
    [Fact]
    public async Task A_scrape_parses_and_tells_what_the_node_knows()
    {
        await using WebNode node = await WebNode.StartAsync();
        await using Network other = Network.Builder(WebNode.Quiet).Build();
        NetworkHandler peer = await other.StartAsync();
        await node.Handler.Gossip.DialAsync(peer.Gossip.ListenAddresses[0].WithPeerId(peer.Gossip.LocalPeerId));

        Dictionary<string, double> series = await ScrapeAsync(node);
        Assert.True(series.Count > 50, $"{series.Count} series");
        Assert.Equal(1, PeersIn(series));
        await peer.Gossip.DisconnectAsync(node.Handler.Gossip.LocalPeerId);
        await Until.TrueAsync(async () => PeersIn(await ScrapeAsync(node)) == 0);
    }

    /// <summary>Of this node alone: the other one of this process has meters of its own.</summary>
    private static double PeersIn(Dictionary<string, double> series) =>
        Assert.Single(series, entry => entry.Key.StartsWith("opstack_p2p_peers{", StringComparison.Ordinal)).Value;

    /// <summary>Every line is a comment, or a name with labels and a number; each family is declared before its first series, and once.</summary>
    private static async Task<Dictionary<string, double>> ScrapeAsync(WebNode node)
    {
        using HttpResponseMessage answer = await node.Http.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        string text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        HashSet<string> families = [];
        Dictionary<string, double> series = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(families.Add(line.Split(' ')[2]), line);
            }
            else if (!line.StartsWith('#'))
            {
                Match match = Series().Match(line);
                Assert.True(match.Success, line);
                string name = match.Groups["name"].Value;
                Assert.True(families.Contains(name) || families.Contains(Suffix().Replace(name, "")), line);
                series.Add(match.Groups["key"].Value, double.Parse(match.Groups["value"].Value.Replace("Inf", "Infinity"), CultureInfo.InvariantCulture));
            }
        }

        return series;
    }

    [GeneratedRegex("""^(?<key>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*\})?) (?<value>[+-]?(Inf|NaN|[0-9.eE+-]+))$""")]
    private static partial Regex Series();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
