using System.Text;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>
/// Attack table row 58 for the files of store and gater: whatever lies there, the node begins, with one warning, and nothing is lost.
/// </summary>
public sealed class StateDamageTests : IDisposable
{
    private readonly StateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("peers.json")]
    [InlineData("gater.json")]
    public async Task A_file_truncated_at_any_byte_is_one_warning_and_kept_aside(string name)
    {
        await _files.SaveSomethingAsync();
        byte[] whole = File.ReadAllBytes(PathOf(name));
        for (int length = 0; length < whole.Length; length++)
        {
            ShouldBeSetAside(name, whole[..length]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("{\"version\":2}")]
    [InlineData("{\"version\":\"1\"}")]
    [InlineData("{\"version\":1,\"peers\":5,\"bans\":5}")]
    [InlineData("{\"version\":1,\"peers\":[5],\"bans\":[5]}")]
    [InlineData("{\"version\":1,\"peers\":[],\"bans\":[]} x")]
    [InlineData("{\"version\":1,\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}")]
    [InlineData("enr:-Jy4")]
    [InlineData("\0\0\0\0")]
    public void A_foreign_file_is_one_warning_and_kept_aside(string content)
    {
        ShouldBeSetAside("peers.json", Encoding.UTF8.GetBytes(content));
        ShouldBeSetAside("gater.json", Encoding.UTF8.GetBytes(content));
    }

    [Fact]
    public void A_file_that_is_no_utf8_or_too_large_is_kept_aside()
    {
        ShouldBeSetAside("peers.json", [.. "{\"version\":1,\"peers\":[{\"peerId\":\""u8, 0xff, 0xfe, .. "\"}]}"u8]);
        ShouldBeSetAside("gater.json", [.. "{\"version\":1,\"blockedPeers\":[\""u8, 0xff, 0xfe, .. "\"]}"u8]);
        byte[] large = new byte[PeerLimits.MaxPeerFileSize + 1];
        large.AsSpan().Fill((byte)' ');
        ShouldBeSetAside("peers.json", large);
        ShouldBeSetAside("gater.json", large[..(PeerLimits.MaxGaterFileSize + 1)]);
    }

    [Fact]
    public void No_file_is_nothing_and_no_warning()
    {
        StateFixture.State state = _files.Restart();
        Assert.Equal(0, state.Store.Count);
        Assert.Empty(_files.Log.Warnings);
    }

    [Fact]
    public async Task A_directory_in_its_place_is_one_warning_and_kept_aside()
    {
        Directory.CreateDirectory(_files.PeerFile);
        StateFixture.State state = _files.Restart();
        Assert.Single(_files.Log.Warnings);
        Assert.Equal(0, state.Store.Count);
        Assert.True(Directory.Exists(_files.PeerFile) || Directory.Exists(_files.PeerFile + ".bad"));
        state.Saver.Start();
        await state.Saver.DisposeAsync();
    }

    [Fact]
    public void Single_bad_peers_are_passed_over_and_their_bad_parts_left_out()
    {
        string good = TestPeers.Of(1).ToString(), odd = TestPeers.Of(2).ToString();
        Put("peers.json", $$"""
            {"version":1,"peers":[null,{},{"peerId":"x"},{"peerId":"{{good}}","latencyMs":5,"unknown":[1]},
            {"peerId":"{{odd}}","latencyMs":-1,"direction":"sideways","enr":"{{TestRecords.Of(1)}}","firstSeenAt":-5,"lastSeenAt":9223372036854775807,
             "protocols":[null,"/ok","{{new string('x', 200)}}"],"agentVersion":"a\u0007b",
             "addresses":[null,{},{"address":"/ip4/1.2.3.4/udp/1","source":"Static"},
                          {"address":"/ip4/1.2.3.4/tcp/1","source":"9","expiresAt":4102444800000},
                          {"address":"/ip4/1.2.3.4/tcp/1","source":"Static","expiresAt":4102444800000},
                          {"address":"/ip4/1.2.3.4/tcp/1","source":"Static","expiresAt":4102444800000}],
             "score":{"total":1e300,"cause":"99","responses":{"rejected":-1e300,"valid":3},"expiresAt":4102444800000,"topics":[null,{},{"topic":"t","meshFailurePenalty":2}]} } ]}
            """);
        StateFixture.State state = _files.Restart();
        Assert.Equal(2, state.Store.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(5), state.Store.Get(TestPeers.Of(1))!.Latency);
        StoredPeer peer = state.Store.Get(TestPeers.Of(2))!;
        Assert.Null(peer.Latency);
        Assert.Null(peer.Direction);
        Assert.Null(peer.Record); // Another peer's.
        Assert.Equal(["/ok"], peer.Protocols);
        Assert.Equal("a?b", peer.AgentVersion);
        Assert.Equal(AddressSource.Static, Assert.Single(peer.Addresses).Source);
        Assert.Equal(ScoreCause.Unknown, peer.Score!.Cause);
        Assert.Equal([new StoredTopicScore("t", 0, 2, 0)], peer.Score.Topics);
        Assert.Equal(new StoredResponses(3, 0, -1e300), peer.Score.Responses);
        Assert.Equal(DateTimeOffset.UnixEpoch, peer.FirstSeenAt);
        Assert.Contains("3 entries", Assert.Single(_files.Log.Warnings));
    }

    [Fact]
    public void Single_bad_entries_of_a_gater_are_passed_over_and_told()
    {
        string peer = TestPeers.Of(1).ToString();
        Put("gater.json", $$"""
            {"version":1,"blockedPeers":["x",null,"{{peer}}"],
             "blockedAddrs":["1.2.3.4","::ffff:1.2.3.5","999.1.1.1"],"blockedSubnets":["10.0.0.0/8","10.0.0.0/33","x/y"],
             "bans":[null,{},{"peer":"x","expiresAt":4102444800000},{"address":"1.2.3.6","bannedAt":0,"expiresAt":9223372036854775807},
                     {"peer":"{{peer}}","expiresAt":5}]}
            """);
        StateFixture.State state = _files.Restart();
        Assert.Equal([TestPeers.Of(1)], state.Gater.ListBlockedPeers());
        Assert.Equal(["1.2.3.4", "1.2.3.5"], state.Gater.ListBlockedAddrs().Select(a => a.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["10.0.0.0/8"], state.Gater.ListBlockedSubnets().Select(s => s.ToString()));
        Assert.Equal("1.2.3.6", Assert.Single(state.Gater.ListBans()).Address!.ToString());
        Assert.Contains("8 entries", Assert.Single(_files.Log.Warnings));
    }

    [Fact]
    public async Task Mutated_files_never_throw()
    {
        await _files.SaveSomethingAsync();
        Random random = new(58);
        foreach (string name in (string[])["peers.json", "gater.json"])
        {
            byte[] whole = File.ReadAllBytes(PathOf(name));
            for (int i = 0; i < 500; i++)
            {
                byte[] mutant = [.. whole];
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
                }

                File.WriteAllBytes(PathOf(name), mutant);
                _files.Restart();
                File.Delete(PathOf(name));
                File.Delete(PathOf(name) + ".bad");
            }
        }
    }

    private string PathOf(string name) => Path.Combine(_files.Options.Directory!, name);

    private void Put(string name, string content)
    {
        Directory.CreateDirectory(_files.Options.Directory!);
        File.WriteAllText(PathOf(name), content);
    }

    private void ShouldBeSetAside(string name, byte[] content)
    {
        Directory.CreateDirectory(_files.Options.Directory!);
        string path = PathOf(name);
        string other = PathOf(name == "peers.json" ? "gater.json" : "peers.json");
        File.Delete(other);
        File.WriteAllBytes(path, content);
        int before = _files.Log.Warnings.Count;

        StateFixture.State state = _files.Restart();

        Assert.Equal(before + 1, _files.Log.Warnings.Count);
        Assert.Equal(0, state.Store.Count);
        Assert.Empty(state.Gater.ListBlockedPeers());
        Assert.False(File.Exists(path));
        Assert.Equal(content, File.ReadAllBytes(path + ".bad"));
        File.Delete(path + ".bad");
    }
}
