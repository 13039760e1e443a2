using OpStack.Discv5.Records;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>GossipDriver.Dial of a record: what discovery finds becomes a connection.</summary>
public sealed class DialRecordTests
{
    [Fact]
    public async Task The_node_of_a_record_is_dialled()
    {
        using KeyPair key = Identity(1), otherKey = Identity(2);
        await using GossipDriver driver = Driver(key), other = Driver(otherKey);
        await driver.StartAsync();
        Assert.True((await other.StartAsync()).TryGetTcpEndPoint(out System.Net.IPEndPoint? endPoint));

        Assert.True(driver.Dial(TestRecords.Of(2, ip: "127.0.0.1", change: b => b.SetTcp(endPoint.Port))));
        PeerConnected connected = Assert.IsType<PeerConnected>(await driver.NextAsync());
        Assert.Equal(other.LocalPeerId, connected.Peer);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_a_failed_dial()
    {
        using KeyPair key = Identity(1);
        await using GossipDriver driver = Driver(key);
        await driver.StartAsync();
        Enr record = TestRecords.Of(2, ip: "127.0.0.1", change: b => b.SetTcp(1));

        Assert.True(driver.Dial(record));
        Assert.Equal(record.ToMultiaddr(), Assert.IsType<DialFailed>(await driver.NextAsync()).Address);
    }

    [Fact]
    public async Task Other_chains_nodes_without_tcp_and_ourselves_are_not_dialled()
    {
        using KeyPair key = Identity(1);
        await using GossipDriver driver = Driver(key);
        await driver.StartAsync();

        Assert.False(driver.Dial(TestRecords.Of(2, ip: "127.0.0.1", chainId: 10)));
        Assert.False(driver.Dial(TestRecords.Of(2, ip: "127.0.0.1", chainId: null)));
        Assert.False(driver.Dial(TestRecords.Of(2, ip: "127.0.0.1", change: b => b.Remove("tcp"))));
        Assert.False(driver.Dial(TestRecords.Of(1, ip: "127.0.0.1")));
        await driver.DisposeAsync();
        Assert.Null(await driver.NextAsync());
    }

    private static GossipDriver Driver(KeyPair key) =>
        new GossipDriverBuilder(TestChains.At(TestRecords.ChainId, PayloadVersion.V4), default(Address), Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), key).Build();

    private static KeyPair Identity(int number)
    {
        using Secp256k1PrivateKey key = TestRecords.Key(number);
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        key.Export(secret);
        return KeyPair.FromSecp256k1(secret);
    }
}
