using System.Text;
using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

public class DeviceDescriptionTests
{
    private static readonly Uri Location = new("http://192.168.1.1:5000/rootDesc.xml");

    [Theory]
    [InlineData("/ctl", "", "http://192.168.1.1:5000/ctl")]
    [InlineData("ctl/IPConn", "", "http://192.168.1.1:5000/ctl/IPConn")]
    [InlineData("/ctl", "http://192.168.1.1:49152/", "http://192.168.1.1:49152/ctl")]
    [InlineData("http://192.168.1.1/ctl", "http://192.168.1.1:49152/", "http://192.168.1.1/ctl")]
    [InlineData("/ctl", "/", "http://192.168.1.1:5000/ctl")]
    [InlineData("/ctl", "not a URL", "http://192.168.1.1:5000/ctl")]
    public void The_control_url_is_found_and_made_absolute(string url, string baseUrl, string expected)
    {
        WanService service = Assert.Single(Read(FakeIgd.Describe(1, url, baseUrl)));
        Assert.Equal((WanService.IpConnection1, expected, false), (service.Type, service.ControlUrl.AbsoluteUri, service.ChoosesPorts));
    }

    [Fact]
    public void The_best_service_comes_first_and_others_are_left_out()
    {
        string Service(string type, string url) => $"<service><serviceType>{type}</serviceType><controlURL>{url}</controlURL></service>";
        IReadOnlyList<WanService> services = Read(
            "<root>" + Service(WanService.PppConnection1, "/ppp") + Service("urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1", "/common")
            + Service(WanService.IpConnection1, "/ip1") + Service(WanService.IpConnection2, "/ip2") + Service(WanService.IpConnection2, "")
            + $"<service><serviceType>{WanService.IpConnection1}</serviceType></service><service><controlURL>/none</controlURL></service></root>");
        Assert.Equal(["/ip2", "/ip1", "/ppp"], services.Select(s => s.ControlUrl.AbsolutePath));
        Assert.True(services[0].ChoosesPorts);
    }

    [Fact]
    public void White_space_comments_CDATA_and_a_byte_order_mark_do_no_harm()
    {
        string description = "\uFEFF" + FakeIgd.Describe(1, "<![CDATA[ /ctl ]]><!-- no -->").Replace("<serviceType>", "<serviceType>\r\n  ", StringComparison.Ordinal);
        Assert.Equal("/ctl", Assert.Single(Read(description)).ControlUrl.AbsolutePath);
    }

    [Fact]
    public void Length_depth_and_services_are_bounded()
    {
        string honest = FakeIgd.Describe(1, "/ctl");
        Assert.Single(Read(honest + new string(' ', UpnpLimits.MaxBody - honest.Length)));
        Assert.Empty(Read(honest + new string(' ', UpnpLimits.MaxBody - honest.Length + 1)));

        string service = $"<service><serviceType>{WanService.IpConnection1}</serviceType><controlURL>/a</controlURL></service>";
        string Nested(int depth) => string.Concat(Enumerable.Repeat("<a>", depth)) + service + string.Concat(Enumerable.Repeat("</a>", depth));
        Assert.Single(Read(Nested(30)));
        Assert.Empty(Read(Nested(31)));
        Assert.Equal(64, Read($"<root>{string.Concat(Enumerable.Repeat(service, 100))}</root>").Count);
        Assert.Equal(512, Assert.Single(Read(FakeIgd.Describe(1, "/" + new string('a', 5000)))).ControlUrl.AbsolutePath.Length);
    }

    [Theory]
    [InlineData("<!DOCTYPE root>")]
    [InlineData("<!DOCTYPE root [<!ENTITY a 'b'>]>")]
    [InlineData("<!DOCTYPE root SYSTEM 'http://192.168.1.1/x.dtd'>")]
    public void A_document_type_is_refused(string doctype) => Assert.Empty(Read(doctype + FakeIgd.Describe(1, "/ctl")[21..]));

    [Fact]
    public void Ten_thousand_damaged_descriptions_never_throw()
    {
        Random random = new(1);
        byte[][] seeds = [Encoding.UTF8.GetBytes(FakeIgd.Describe(1, "/ctl")), Encoding.UTF8.GetBytes(FakeIgd.Describe(2, "/ctl", "http://192.168.1.1/"))];
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            read += DeviceDescription.TryRead(Mutations.Mutate(random, seeds), Location, out IReadOnlyList<WanService> services) ? 1 : 0;
            Assert.All(services, s => Assert.True(s.ControlUrl.IsAbsoluteUri));
        }

        Assert.InRange(read, 100, 9_900);
    }

    private static IReadOnlyList<WanService> Read(string description) =>
        DeviceDescription.TryRead(Encoding.UTF8.GetBytes(description), Location, out IReadOnlyList<WanService> services) ? services : [];
}
