using System.Net;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Discovery;

public sealed class Discv5BuilderTests : IDisposable
{
    private readonly Secp256k1PrivateKey _key = TestRecords.Key(0);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData("localNode")]
    [InlineData("SigningKey")]
    [InlineData("TcpPort")]
    [InlineData("UdpPort")]
    [InlineData("Ip")]
    [InlineData("chainId")]
    [InlineData("WithDiscoveryConfig")]
    [InlineData("WithInterval")]
    [InlineData("WithDiscoveryRandomize")]
    [InlineData("WithStoreInterval")]
    [InlineData("WithBootstoreFile")]
    [InlineData("WithBootnodes")]
    [InlineData("WithTimeProvider")]
    [InlineData("WithLoggerFactory")]
    [InlineData("WithNameResolver")]
    [InlineData("ListenAddresses")]
    public void A_setting_out_of_range_is_named(string setting)
    {
        LocalNode node = Node();
        Discv5Builder builder = new(node, 901);
        _ = setting switch
        {
            "localNode" => builder.WithLocalNode(null!),
            "SigningKey" => builder.WithLocalNode(node with { SigningKey = null! }),
            "TcpPort" => builder.WithLocalNode(node with { TcpPort = 0 }),
            "UdpPort" => builder.WithLocalNode(node with { UdpPort = 65536 }),
            "Ip" => builder.WithLocalNode(node with { Ip = IPAddress.Any }),
            "chainId" => builder.WithChainId(0),
            "WithDiscoveryConfig" => builder.WithDiscoveryConfig(null!),
            "WithInterval" => builder.WithInterval(TimeSpan.Zero),
            "WithDiscoveryRandomize" => builder.WithDiscoveryRandomize(TimeSpan.FromDays(50)),
            "WithStoreInterval" => builder.WithStoreInterval(TimeSpan.FromMilliseconds(99)),
            "WithBootstoreFile" => builder.WithBootstoreFile(" "),
            "WithBootnodes" => builder.WithBootnodes(null!),
            "WithTimeProvider" => builder.WithTimeProvider(null!),
            "WithLoggerFactory" => builder.WithLoggerFactory(null!),
            "WithNameResolver" => builder.WithNameResolver(null!),
            _ => builder.WithListenAddresses(),
        };

        ArgumentException e = Assert.ThrowsAny<ArgumentException>(builder.Build);
        Assert.Equal(setting, e.ParamName);
        Assert.Contains(setting, e.Message);
    }

    [Fact]
    public void Our_record_tells_chain_address_and_ports()
    {
        FakeTimeProvider time = new();
        Enr record = LocalRecord.Create(Node() with { UdpPort = 9003 }, 901, time);
        Assert.True(EnrValidation.Validate(record, 901).IsValid);
        Assert.Equal(IPEndPoint.Parse("52.0.0.1:9222"), record.Tcp4);
        Assert.Equal(IPEndPoint.Parse("52.0.0.1:9003"), record.Udp4);
        Assert.Equal((ulong)time.GetUtcNow().ToUnixTimeMilliseconds(), record.Sequence);

        Enr ip6 = LocalRecord.Create(Node() with { Ip = IPAddress.Parse("2a00::1"), UdpPort = 9003 }, 901, time);
        Assert.Equal(IPEndPoint.Parse("[2a00::1]:9222"), ip6.Tcp6);
        Assert.Equal(IPEndPoint.Parse("[2a00::1]:9003"), ip6.Udp6);
        Assert.True(ip6.TryGetRaw("udp", out _) && ip6.TryGetRaw("udp6", out _) && ip6.TryGetRaw("tcp6", out _));
        Assert.Null(LocalRecord.Create(Node() with { Ip = null }, 901, time).Ip4);
    }

    [Fact]
    public void The_port_of_the_advertised_family_is_chosen()
    {
        IPEndPoint[] bound = [IPEndPoint.Parse("0.0.0.0:4"), IPEndPoint.Parse("[::]:6")];
        Assert.Equal(4, LocalRecord.ChoosePort(Node(), bound));
        Assert.Equal(6, LocalRecord.ChoosePort(Node() with { Ip = IPAddress.Parse("2a00::1") }, bound));
        Assert.Equal(6, LocalRecord.ChoosePort(Node(), bound[1..]));
    }

    [Fact]
    public void The_key_is_not_in_the_text() => Assert.DoesNotContain("01000000", Node().ToString());

    private LocalNode Node() => new(_key, IPAddress.Parse("52.0.0.1"), 9222);
}
