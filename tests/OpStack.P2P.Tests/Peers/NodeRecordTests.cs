using System.Net;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Tests.Peers;

/// <summary>Enode URLs: the vectors of kona.md 4.3 and what is refused.</summary>
public sealed class NodeRecordTests
{
    private const string Id = "6f8a80d14311c39f35f516fa664deaaaa13e85b2f7493f37f6144d86991ec012937307647bd3b9a82abe2974e1407241d54947bbb39763a4cac9f77166ad92a0";

    [Theory]
    [InlineData("10.3.58.6:30303?discport=30301", "10.3.58.6", 30303, 30301)]
    [InlineData("10.3.58.6:30303", "10.3.58.6", 30303, 30303)]
    [InlineData("localhost:30303?discport=30301", null, 30303, 30301)]
    [InlineData("bootnode.conduit.xyz:0?discport=30301", null, 0, 30301)]
    [InlineData("[2001:db8:3c4d:15::abcd:ef12]:52150?discport=22000", "2001:db8:3c4d:15::abcd:ef12", 52150, 22000)]
    [InlineData("[::1]:9222", "::1", 9222, 9222)]
    [InlineData("1.2.3.4:0", "1.2.3.4", 0, 0)]
    [InlineData("1.2.3.4:65535?discport=0", "1.2.3.4", 65535, 0)]
    public void A_url_is_read_and_prints_the_same(string authority, string? address, int tcp, int udp)
    {
        string url = $"enode://{Id}@{authority}";
        Assert.True(NodeRecord.TryParse(url, out NodeRecord? record, out NodeRecordParseError error));
        Assert.Equal(NodeRecordParseError.None, error);
        Assert.Equal(address, record.Address?.ToString());
        Assert.Equal((tcp, udp), (record.TcpPort, record.UdpPort));
        Assert.Equal(url, record.ToString());
        Assert.Equal(record, NodeRecord.Parse(record.ToString()));
    }

    [Fact]
    public void The_id_may_be_in_upper_case_and_prints_in_lower()
    {
        NodeRecord record = NodeRecord.Parse($"enode://{Id.ToUpperInvariant()}@1.2.3.4:5");
        Assert.Equal($"enode://{Id}@1.2.3.4:5", record.ToString());
    }

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.3.4:")]
    [InlineData(":30303")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:-1")]
    [InlineData("1.2.3.4:+1")]
    [InlineData("1.2.3:30303")]
    [InlineData("010.2.3.4:30303")]
    [InlineData("256.2.3.4:30303")]
    [InlineData("2001:db8::1:30303")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[]:30303")]
    [InlineData("[1.2.3.4]:30303")]
    [InlineData("[fe80::1%eth0]:30303")]
    [InlineData("ho st:30303")]
    [InlineData("host/path:30303")]
    [InlineData("1.2.3.4:30303/path")]
    public void A_bad_authority_is_an_invalid_url(string authority) => Refused($"enode://{Id}@{authority}", NodeRecordParseError.InvalidUrl);

    [Theory]
    [InlineData("1.2.3.4:30303?discport=foo")]
    [InlineData("1.2.3.4:30303?discport=65536")]
    [InlineData("1.2.3.4:30303?discport=")]
    [InlineData("1.2.3.4:30303?")]
    [InlineData("1.2.3.4:30303?other=1")]
    public void A_bad_discport_is_named(string authority) => Refused($"enode://{Id}@{authority}", NodeRecordParseError.InvalidDiscport);

    [Fact]
    public void A_bad_id_is_named()
    {
        Refused("enode://@1.2.3.4:5", NodeRecordParseError.InvalidId);
        Refused($"enode://{Id[2..]}@1.2.3.4:5", NodeRecordParseError.InvalidId);
        Refused($"enode://{Id}00@1.2.3.4:5", NodeRecordParseError.InvalidId);
        Refused($"enode://0x{Id[2..]}@1.2.3.4:5", NodeRecordParseError.InvalidId);
        Refused($"enode://{Id[..127]}g@1.2.3.4:5", NodeRecordParseError.InvalidId);
        Refused($"enode://{Id[..127]}1@1.2.3.4:5", NodeRecordParseError.InvalidId); // Off the curve.
    }

    [Fact]
    public void Other_texts_are_invalid_urls()
    {
        Refused(null, NodeRecordParseError.InvalidUrl);
        Refused("", NodeRecordParseError.InvalidUrl);
        Refused($"http://{Id}@1.2.3.4:5", NodeRecordParseError.InvalidUrl);
        Refused($"enode://{Id}", NodeRecordParseError.InvalidUrl);
        Refused($"enode://{Id}@{new string('a', 100_000)}:5", NodeRecordParseError.InvalidUrl);
        Assert.Throws<FormatException>(() => NodeRecord.Parse("enode:"));
    }

    [Fact]
    public void Every_truncation_is_refused_or_another_valid_url()
    {
        string url = $"enode://{Id}@10.3.58.6:30303?discport=30301";
        for (int length = 0; length < url.Length; length++)
        {
            if (NodeRecord.TryParse(url[..length], out NodeRecord? record, out _))
            {
                Assert.Equal(record, NodeRecord.Parse(record.ToString()));
            }
        }
    }

    [Fact]
    public void A_name_is_given_its_address_and_a_mapped_address_becomes_ip4()
    {
        NodeRecord named = NodeRecord.Parse($"enode://{Id}@localhost:30303?discport=30301");
        Assert.Equal($"enode://{Id}@10.3.58.6:30303?discport=30301", named.WithAddress(IPAddress.Parse("::ffff:10.3.58.6")).ToString());
        Assert.StartsWith("/dns/localhost/tcp/30303/p2p/16Uiu2HA", named.ToMultiaddr()!.ToString());
        Assert.StartsWith("/ip4/10.3.58.6/tcp/30303/p2p/16Uiu2HA", named.WithAddress(IPAddress.Parse("10.3.58.6")).ToMultiaddr()!.ToString());
    }

    [Fact]
    public void A_boot_node_is_either_kind_of_text_and_an_error_names_which()
    {
        Assert.NotNull(BootNode.Parse($"  enode://{Id}@10.3.58.6:30303\n").Enode);
        Assert.NotNull(BootNode.Parse(BootNodes.Mainnet[0].ToString()).Enr);
        Assert.Equal(new BootNodeParseError(BootNodeParseErrorKind.UnknownScheme, default), Error("ftp://x"));
        Assert.Equal(new BootNodeParseError(BootNodeParseErrorKind.UnknownScheme, default), Error(null));
        Assert.Equal(new BootNodeParseError(BootNodeParseErrorKind.InvalidEnr, default), Error("enr:-Jy4QHRg"));
        Assert.Equal(new BootNodeParseError(BootNodeParseErrorKind.InvalidEnode, NodeRecordParseError.InvalidId), Error("enode://00@1.2.3.4:5"));
    }

    private static BootNodeParseError Error(string? text)
    {
        Assert.False(BootNode.TryParse(text, out _, out BootNodeParseError error));
        return error;
    }

    private static void Refused(string? url, NodeRecordParseError expected)
    {
        Assert.False(NodeRecord.TryParse(url, out NodeRecord? record, out NodeRecordParseError error));
        Assert.Null(record);
        Assert.Equal(expected, error);
    }
}
