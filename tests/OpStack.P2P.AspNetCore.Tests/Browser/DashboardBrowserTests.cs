using System.Net;
using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.AspNetCore.Tests.Browser;

/// <summary>
/// The page in headless Chromium against a running network of three: ours, a peer in good standing that we dialled, and one that dialled us
/// and has a score below 0, an agent made of markup and no place in our mesh.
/// </summary>
public sealed class DashboardBrowserTests : IAsyncLifetime
{
    private const string Markup = "<img src=x onerror=window.hacked=1>";

    /// <summary>Milliseconds after its timestamp that each block comes.</summary>
    private static readonly int[] Ages = [240, 310, 190, 1420, 260, 350, 220, 610, 280, 330, 2150, 250];

    /// <summary>The clock of all three; blocks come two seconds apart, and the last one now.</summary>
    private readonly ShiftedTimeProvider _time = new(DateTimeOffset.UtcNow - (Ages.Length * BlockTime));

    private WebNode _node = null!;
    private Network _goodNetwork = null!;
    private Network _lowNetwork = null!;
    private NetworkHandler _good = null!;
    private NetworkHandler _low = null!;
    private PeerId? _lowId;

    private static TimeSpan BlockTime => TimeSpan.FromSeconds(2);

    public async Task InitializeAsync()
    {
        _node = await WebNode.StartAsync(
            change: config => Discovering(config) with
            {
                Scoring = new PeerScoreOptions { ApplicationScore = peer => peer.Equals(_lowId) ? -3.5 : 2.25 },
            },
            time: _time);
        BootNodes boot = new([new BootNode(_node.Handler.Discovery!.LocalEnr)]);
        _goodNetwork = Network.Builder(Discovering(WebNode.Quiet) with { BootNodes = boot }).WithTimeProvider(_time).Build();
        _lowNetwork = Network.Builder(Discovering(WebNode.Quiet) with { BootNodes = boot, Swarm = WebNode.Quiet.Swarm with { AgentVersion = Markup } }).WithTimeProvider(_time).Build();
        _good = await _goodNetwork.StartAsync();
        _low = await _lowNetwork.StartAsync();
        _lowId = _low.Gossip.LocalPeerId;

        GossipDriver us = _node.Handler.Gossip;
        await us.DialAsync(AddressOf(_good));
        await _low.Gossip.DialAsync(AddressOf(_node.Handler));
        await Until.TrueAsync(async () => (await us.GetSnapshotAsync()).Mesh.Count(mesh => mesh.Value.SequenceEqual([_good.Gossip.LocalPeerId])) == 4, WebNode.Patience);
        await Until.TrueAsync(async () => (await _node.Handler.Discovery!.GetTableInfosAsync()).Count == 2, WebNode.Patience);
        us.Gater.BanAddr(IPAddress.Parse("203.0.113.77"), TimeSpan.FromHours(7), Markup);
        using Secp256k1PrivateKey sequencer = TestBlocks.NewSequencerKey();
        DateTimeOffset first = DateTimeOffset.FromUnixTimeSeconds((DateTimeOffset.UtcNow - (Ages.Length * BlockTime)).ToUnixTimeSeconds());
        for (int i = 0; i < Ages.Length; i++)
        {
            DateTimeOffset stamp = first + ((i + 1) * BlockTime);
            _time.Set(stamp + TimeSpan.FromMilliseconds(Ages[i]));
            await _good.Gossip.PublishAsync(TestBlocks.SignedAt(
                (ulong)stamp.ToUnixTimeSeconds(), PayloadVersion.V4, WebNode.ChainId, sequencer, (ulong)(131_001 + i), 2_000 + (5_000 * i)));
            await Until.TrueAsync(() => _node.Handler.RecentBlocksTotal == i + 1, WebNode.Patience);
        }
    }

    public async Task DisposeAsync()
    {
        await _goodNetwork.DisposeAsync();
        await _lowNetwork.DisposeAsync();
        await _node.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_person_sees_what_the_node_sees_on_a_desk_and_on_a_phone()
    {
        JsonElement report = await Visit.RunAsync(_node.Uri, new { peers = 2, blocks = Ages.Length, explained = _lowId!.ToString() });
        JsonElement desk = report.GetProperty("desk"), phone = report.GetProperty("phone");
        AssertQuiet(desk);
        AssertQuiet(phone);
        AssertPeers(desk);
        AssertBlocks(desk);
        AssertBansAndDiscovery(desk);
        AssertExplanation(desk.GetProperty("hovered"));
        AssertKeyboard(desk);
        AssertExplanation(phone.GetProperty("tapped"));
        AssertPhone(phone);
        AssertPictures();
    }

    [BrowserFact]
    public async Task Attack_200_peers_whose_agents_are_made_to_hurt_leave_the_page_in_order_at_every_width()
    {
        JsonElement report = await Visit.RunAsync(_node.Uri, new { crowd = 200 });
        foreach (JsonElement visit in report.GetProperty("crowds").EnumerateArray())
        {
            string width = visit.GetProperty("width").ToString();
            AssertQuiet(visit);
            Assert.Equal((width, 0), (width, visit.GetProperty("overflow").GetInt32()));
            Assert.Equal((width, 200, 200), (width, visit.GetProperty("peers").GetInt32(), visit.GetProperty("reachable").GetInt32()));
            Assert.Equal((width, JsonValueKind.Null), (width, visit.GetProperty("hacked").ValueKind));
            Assert.Empty(TextsOf(visit.GetProperty("clipped")));
            Assert.Empty(TextsOf(visit.GetProperty("overlapping")));
        }

        Assert.Equal("TypeError", report.GetProperty("markup").GetString()); // The policy takes no text for markup, whoever asks.
    }

    private static NetworkConfig Discovering(NetworkConfig config) => config with
    {
        Discovery = true,
        DiscoveryInterval = TimeSpan.FromMilliseconds(200),
        DiscoveryDials = new() { FastInterval = TimeSpan.FromDays(1), SlowInterval = TimeSpan.FromDays(1) },
    };

    private static Multiaddr AddressOf(NetworkHandler node) => node.Gossip.ListenAddresses[0].WithPeerId(node.Gossip.LocalPeerId);

    /// <summary>No error, no warning, and nothing asked of anybody but the node.</summary>
    private void AssertQuiet(JsonElement visit)
    {
        Assert.Empty(TextsOf(visit.GetProperty("console")));
        Assert.All(TextsOf(visit.GetProperty("requests")).Where(url => !url.StartsWith("data:", StringComparison.Ordinal)), url =>
            Assert.StartsWith(_node.Uri.ToString(), url, StringComparison.Ordinal));
    }

    private void AssertPeers(JsonElement desk)
    {
        string good = _good.Gossip.LocalPeerId.ToString(), low = _lowId!.ToString();
        Dictionary<string, string> labels = desk.GetProperty("peers").EnumerateArray()
            .ToDictionary(peer => peer.GetProperty("id").GetString()!, peer => peer.GetProperty("label").GetString()!);
        Assert.Equal(new[] { good, low }.Order(), labels.Keys.Order());
        Assert.Matches(@"score \+2\.25, dialled by us, in our mesh of Blocks V1, Blocks V2, Blocks V3, Blocks V4$", labels[good]);
        Assert.Matches("score −3.50, dialled us, in none of our meshes$", labels[low]);

        (string Peer, bool Mesh, bool Dashed)[] links = [.. desk.GetProperty("links").EnumerateArray().Select(link => (
            link.GetProperty("peer").GetString()!, link.GetProperty("mesh").GetBoolean(), link.GetProperty("dashes").GetString() != "none"))];
        Assert.Equal(4, links.Count(link => link == (good, true, false)));
        Assert.Equal(1, links.Count(link => link == (low, false, true)));
        Assert.Equal(5, links.Length);
        Assert.Equal(["link mesh topic-3"], TextsOf(desk.GetProperty("oneTopic")));
        Assert.Contains(Markup, TextsOf(desk.GetProperty("agents")));
        Assert.Equal(JsonValueKind.Null, desk.GetProperty("hacked").ValueKind);
        Assert.Equal("Chain 901: 2 peers", desk.GetProperty("title").GetString());
        Assert.Equal("2", TextsOf(desk.GetProperty("tiles"))[0]);
        Assert.Contains("Gossip is running", TextsOf(desk.GetProperty("parts")));
    }

    private void AssertBlocks(JsonElement desk)
    {
        Assert.Equal(Enumerable.Range(3, 10).Reverse().Select(number => $"131\u202f{number:000}"), TextsOf(desk.GetProperty("blocks")));
        string[] beads = TextsOf(desk.GetProperty("beads"));
        Assert.Equal(Ages.Length, beads.Length);
        foreach ((int number, RecentBlock block) in _node.Handler.RecentBlocks.Index())
        {
            double age = Math.Round(block.Latency.TotalMilliseconds, 1);
            Assert.True(age >= Ages[number], $"{age} ms");
            string told = age < 1000 ? $"{Math.Round(age, MidpointRounding.AwayFromZero)} ms" : $"{age / 1000:F2} s";
            Assert.Equal(
                $"#131\u202f{number + 1:000}  {block.Hash.ToString()[..10]}…{block.Hash.ToString()[^4..]}  {told}  {block.Transactions} transactions  {block.Size / 1000.0:F1} kB  "
                    + $"gossip from …{_good.Gossip.LocalPeerId.ToString()[^6..]}",
                beads[number]);
        }
    }

    private static void AssertBansAndDiscovery(JsonElement desk)
    {
        string[] ban = TextsOf(Assert.Single(desk.GetProperty("bans").EnumerateArray()));
        Assert.Equal(["203.0.113.77", Markup], ban[..2]);
        Assert.Matches("^6 h 5[0-9] min$", ban[2]);
        Assert.Equal(2, desk.GetProperty("filled").GetInt32());
        string[] buckets = TextsOf(desk.GetProperty("buckets"));
        Assert.Equal(20, buckets.Length);
        Assert.StartsWith("Distance 256: ", buckets[0], StringComparison.Ordinal);
    }

    private void AssertExplanation(JsonElement detail)
    {
        Assert.Equal(_lowId!.ToString(), detail.GetProperty("id").GetString());
        Assert.Equal("−3.50", detail.GetProperty("total").GetString());
        Assert.Equal("Below 0 it has no place in a mesh.", detail.GetProperty("verdict").GetString());
        Assert.Contains($"Agent{Markup}", detail.GetProperty("facts").GetString(), StringComparison.Ordinal);
        JsonElement p5 = detail.GetProperty("terms").EnumerateArray().First();
        Assert.Equal(
            ("P5", "−3.50", "−3.5 points → −3.5 × 1"),
            (p5.GetProperty("name").GetString(), p5.GetProperty("points").GetString(), p5.GetProperty("how").GetString()));
    }

    private static void AssertKeyboard(JsonElement desk)
    {
        JsonElement keyboard = desk.GetProperty("keyboard");
        Assert.NotEqual(keyboard.GetProperty("first").GetString(), keyboard.GetProperty("second").GetString());
        Assert.Equal(keyboard.GetProperty("second").GetString(), keyboard.GetProperty("shown").GetString());
        Assert.Equal("true", keyboard.GetProperty("pressed").GetString());
        Assert.Equal(0, keyboard.GetProperty("after").GetInt32());
        Assert.Empty(TextsOf(desk.GetProperty("unlabelled")));
    }

    private static void AssertPhone(JsonElement phone)
    {
        Assert.Equal("dark", phone.GetProperty("theme").GetString());
        Assert.Equal(0, phone.GetProperty("overflow").GetInt32());
        Assert.Equal(
            (false, true, true, false),
            (phone.GetProperty("sheetBefore").GetBoolean(), phone.GetProperty("sheet").GetBoolean(), phone.GetProperty("inSight").GetBoolean(), phone.GetProperty("sheetAfter").GetBoolean()));
    }

    private static void AssertPictures() => Assert.All(
        new[] { "dashboard-desktop.png", "dashboard-desktop-dark.png", "dashboard-phone.png", "dashboard-phone-light.png", "dashboard-phone-peer.png" },
        name => Assert.True(new FileInfo(Path.Combine(Chromium.Pictures, name)).Length > 10_000, name));

    private static string[] TextsOf(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}
