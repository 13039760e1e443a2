using System.Net;
using System.Text.Json.Nodes;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Discovery with @chainsafe/discv5: bootstrap, FINDNODE, PING with a changed record, and TALKREQ, each both ways.</summary>
public sealed class Discv5InteropTests
{
    private const ulong ChainId = 901;

    [InteropFact]
    public async Task We_bootstrap_from_them_and_hand_their_record_to_the_host()
    {
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId, count: 3);
        await theirs.CallAsync("addEnr", new { node = 0, enr = theirs.Enrs[1].ToString() });
        await theirs.CallAsync("addEnr", new { node = 0, enr = theirs.Enrs[2].ToString() });
        await theirs.CallAsync("lookups");

        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        NodeRecord boot = NodeRecord.Create(theirs.Enrs[0].PublicKey, IPAddress.Loopback, 0, (ushort)theirs.Enrs[0].Udp4!.Port);
        await using Discv5Driver driver = new Discv5Builder(new LocalNode(key, IPAddress.Loopback, 9222), ChainId)
            .WithListenAddresses(new IPEndPoint(IPAddress.Loopback, 0))
            .WithBootnodes(new BootNodes([new BootNode(boot)])) // By enode URL: their record has to be asked for.
            .WithInterval(TimeSpan.FromMilliseconds(500))
            .Build();
        Discv5Handler handler = await driver.StartAsync();

        HashSet<Enr> found = [];
        using CancellationTokenSource guard = new(JsPeer.Patience);
        while (found.Count < 3)
        {
            found.Add(await handler.Enrs.ReadAsync(guard.Token));
        }

        Assert.Equal(theirs.Enrs.ToHashSet(), found);
        Assert.Equal(theirs.Enrs[1], await handler.RequestEnrAsync(NodeRecord.Create(theirs.Enrs[1].PublicKey, IPAddress.Loopback, 0, (ushort)theirs.Enrs[1].Udp4!.Port)));
        await Until.TrueAsync(async () => await handler.GetPeerCountAsync() == 3, JsPeer.Patience);
    }

    [InteropFact]
    public async Task They_bootstrap_from_us()
    {
        await using Discv5OurNode hub = await Discv5OurNode.StartAsync(ChainId), other = await Discv5OurNode.StartAsync(ChainId);
        await other.Service.AddEnrAsync(hub.Enr);
        await other.LookupAsync();
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId);
        await theirs.CallAsync("addEnr", new { enr = hub.Enr.ToString() });

        await Until.TrueAsync(
            async () =>
            {
                await theirs.CallAsync("lookups");
                Enr[] table = Discv5Peers.Records((await theirs.CallAsync("table"))!);
                return table.Select(r => r.NodeId).ToHashSet().SetEquals([hub.Enr.NodeId, other.Enr.NodeId]);
            },
            JsPeer.Patience);
    }

    [InteropFact]
    public async Task Findnode_gives_the_records_asked_for_both_ways()
    {
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId, count: 2);
        await using Discv5OurNode ours = await Discv5OurNode.StartAsync(ChainId);
        Enr their = theirs.Enrs[0];
        NodeContact contact = new(their, their.Udp4!);

        Assert.Equal([their], await ours.Service.FindNodeAsync(contact, [0]));
        JsonNode self = (await theirs.CallAsync("findNode", new { enr = ours.Enr.ToString(), distances = new[] { 0 } }))!;
        Assert.Equal([ours.Enr], Discv5Peers.Records(self));

        // After the handshakes each has the other in its table, and says so when asked for that distance.
        int distance = theirs.Enrs[1].NodeId.DistanceTo(their.NodeId);
        await theirs.CallAsync("ping", new { node = 1, enr = their.ToString() });
        await Until.TrueAsync(
            async () => (await ours.Service.FindNodeAsync(contact, [distance])).Contains(theirs.Enrs[1]),
            JsPeer.Patience);
        await Until.TrueAsync(
            async () =>
            {
                JsonNode answer = (await theirs.CallAsync("findNode", new { node = 1, enr = ours.Enr.ToString(), distances = new[] { their.NodeId.DistanceTo(ours.Enr.NodeId) } }))!;
                return Discv5Peers.Records(answer).Contains(their);
            },
            JsPeer.Patience);
    }

    [InteropFact]
    public async Task Ping_tells_of_a_changed_record_and_it_is_fetched_both_ways()
    {
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId);
        await using Discv5OurNode ours = await Discv5OurNode.StartAsync(ChainId);
        Enr their = theirs.Enrs[0];
        NodeContact contact = new(their, their.Udp4!);
        PingResult pong = await ours.Service.PingAsync(contact);
        Assert.Equal((their.Sequence, ours.Service.LocalEndPoints[0]), (pong.EnrSequence, pong.Observed));

        JsonNode changed = (await theirs.CallAsync("setEntry", new { key = "test", valueHex = "c0ffee" }))!;
        Assert.True((ulong)changed["seq"]! > their.Sequence);
        Assert.Equal((ulong)changed["seq"]!, (await ours.Service.PingAsync(contact)).EnrSequence);
        await Until.TrueAsync(
            async () => (await ours.Service.GetTableEnrsAsync()).Any(r => r.ToString() == (string)changed["enr"]!),
            JsPeer.Patience);

        await theirs.CallAsync("addEnr", new { enr = ours.Enr.ToString() });
        JsonNode before = (await theirs.CallAsync("ping", new { enr = ours.Enr.ToString() }))!;
        Assert.Equal(ours.Enr.Sequence, (ulong)before["seq"]!);
        Assert.Equal(("127.0.0.1", their.Udp4!.Port), ((string)before["ip"]!, (int)before["port"]!));
        Enr old = ours.Enr;
        Enr newer = await ours.Service.ChangeLocalEnrAsync(b => b.Set("test", [0xc0, 0xff, 0xee]));
        Assert.True(newer.Sequence > old.Sequence);
        Assert.Equal(newer.Sequence, (ulong)(await theirs.CallAsync("ping", new { enr = old.ToString() }))!["seq"]!);
        await Until.TrueAsync(
            async () => Discv5Peers.Records((await theirs.CallAsync("table"))!).Contains(newer),
            JsPeer.Patience);
    }

    [InteropFact]
    public async Task Talk_requests_are_answered_both_ways()
    {
        await using Discv5Peers theirs = await Discv5Peers.StartAsync(ChainId);
        await using Discv5OurNode ours = await Discv5OurNode.StartAsync(ChainId);
        ours.Service.RegisterTalkHandler("double", (request, _) => new ValueTask<ReadOnlyMemory<byte>>((byte[])[.. request.Payload.Span, .. request.Payload.Span]));

        ReadOnlyMemory<byte> reversed = await ours.Service.TalkAsync(new NodeContact(theirs.Enrs[0], theirs.Enrs[0].Udp4!), "reverse", Hex.Decode("010203"));
        Assert.Equal("030201", Hex.Encode(reversed.Span));
        JsonNode asked = await theirs.NextEventAsync("talk");
        Assert.Equal(("reverse", "010203", ours.Enr.NodeId.ToString()), ((string)asked["protocol"]!, (string)asked["payloadHex"]!, (string)asked["from"]!));

        JsonNode doubled = (await theirs.CallAsync("talk", new { enr = ours.Enr.ToString(), protocol = "double", payloadHex = "0102" }))!;
        Assert.Equal("01020102", (string)doubled["payloadHex"]!);
        JsonNode unknown = (await theirs.CallAsync("talk", new { enr = ours.Enr.ToString(), protocol = "other", payloadHex = "0102" }))!;
        Assert.Equal("", (string)unknown["payloadHex"]!);
    }
}
