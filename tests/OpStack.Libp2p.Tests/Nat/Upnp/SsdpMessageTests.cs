using System.Net;
using System.Text;
using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

public class SsdpMessageTests
{
    private static readonly string Honest = FakeIgd.Answer(SsdpMessage.Targets[0], "http://192.168.1.1:5000/rootDesc.xml");

    [Fact]
    public void A_search_has_the_lines_of_the_device_architecture() => Assert.Equal(
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n" +
        "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n",
        Encoding.ASCII.GetString(SsdpMessage.WriteSearch(IPEndPoint.Parse("239.255.255.250:1900"), SsdpMessage.Targets[0])));

    [Fact]
    public void The_location_is_read_whatever_the_case_order_and_line_ends()
    {
        Assert.Equal("http://192.168.1.1:5000/rootDesc.xml", Read(Honest)?.AbsoluteUri);
        Assert.Equal("http://192.168.1.1/", Read($"http/1.0 200 fine\nlocation:http://192.168.1.1/ \nst : {SsdpMessage.Targets[1]}\n")?.AbsoluteUri);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "HTTP/1.1 404 OK")]
    [InlineData("HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK", "M-SEARCH * HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK", "")]
    [InlineData("InternetGatewayDevice:1", "MediaServer:1")]
    [InlineData("InternetGatewayDevice:1", "")]
    [InlineData("LOCATION", "AL")]
    [InlineData("http://192.168.1.1:5000/rootDesc.xml", "")]
    [InlineData("http://192.168.1.1:5000/rootDesc.xml", "rootDesc.xml")]
    public void What_is_no_answer_to_a_search_of_ours_is_passed_over(string part, string other) =>
        Assert.Null(Read(Honest.Replace(part, other, StringComparison.Ordinal)));

    [Fact]
    public void Length_lines_and_url_are_bounded()
    {
        Assert.NotNull(Read(Honest + new string(' ', 2048 - Honest.Length)));
        Assert.Null(Read(Honest + new string(' ', 2049 - Honest.Length)));
        string filler = string.Concat(Enumerable.Repeat("X: y\r\n", 31));
        Assert.Null(Read(Honest.Replace("OK\r\n", $"OK\r\n{filler}", StringComparison.Ordinal)));
        Assert.NotNull(Read(Honest.Replace("/rootDesc.xml", "/" + new string('a', 512 - 25), StringComparison.Ordinal)));
        Assert.Null(Read(Honest.Replace("/rootDesc.xml", "/" + new string('a', 513 - 24), StringComparison.Ordinal)));
    }

    [Fact]
    public void Thirty_thousand_damaged_answers_never_throw_and_give_absolute_urls()
    {
        Random random = new(1);
        for (int i = 0; i < 30_000; i++)
        {
            if (SsdpMessage.TryReadAnswer(Mutations.Mutate(random, [Encoding.ASCII.GetBytes(Honest)]), out Uri url))
            {
                Assert.True(url.IsAbsoluteUri);
                GatewayUrl.IsAllowed(url, IPAddress.Loopback);
            }
        }
    }

    private static Uri? Read(string answer) => SsdpMessage.TryReadAnswer(Encoding.Latin1.GetBytes(answer), out Uri url) ? url : null;
}
