using System.Net;
using System.Text;
using System.Xml.Linq;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

public class SoapMessageTests
{
    private const string Address =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:GetExternalIPAddressResponse xmlns:u=\"urn:x\">" +
        "<NewExternalIPAddress>198.51.100.7</NewExternalIPAddress></u:GetExternalIPAddressResponse></s:Body></s:Envelope>";

    private const string Fault =
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client</faultcode><detail>" +
        "<UPnPError xmlns=\"urn:x\"><errorCode>718</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>";

    [Fact]
    public void A_request_names_service_action_and_arguments_in_order()
    {
        XElement add = Action(SoapMessage.WriteAdd(
            WanService.IpConnection1, SoapMessage.AddPortMapping, new PortToMap(TransportProtocol.Udp, 9223), 10_000, IPAddress.Parse("192.168.1.20"), TimeSpan.FromMinutes(10), "a node"));
        Assert.Equal(XName.Get("AddPortMapping", WanService.IpConnection1), add.Name);
        Assert.Equal(
            ["NewRemoteHost=", "NewExternalPort=10000", "NewProtocol=UDP", "NewInternalPort=9223", "NewInternalClient=192.168.1.20", "NewEnabled=1", "NewPortMappingDescription=a node", "NewLeaseDuration=600"],
            add.Elements().Select(e => $"{e.Name}={e.Value}"));

        XElement delete = Action(SoapMessage.WriteDelete(WanService.PppConnection1, new PortToMap(TransportProtocol.Tcp, 1), 2));
        Assert.Equal(XName.Get("DeletePortMapping", WanService.PppConnection1), delete.Name);
        Assert.Equal(["NewRemoteHost=", "NewExternalPort=2", "NewProtocol=TCP"], delete.Elements().Select(e => $"{e.Name}={e.Value}"));
        Assert.Empty(Action(SoapMessage.WriteGetExternalAddress(WanService.IpConnection2)).Elements());
    }

    [Fact]
    public void Answers_are_read()
    {
        Assert.Equal(new SoapAnswer("GetExternalIPAddress", null, IPAddress.Parse("198.51.100.7"), null), Read(Address));
        Assert.Equal(new SoapAnswer("AddPortMapping", null, null, null), Read("<a><AddPortMappingResponse/></a>"));
        Assert.Equal(new SoapAnswer("AddAnyPortMapping", null, null, 33_333), Read("<AddAnyPortMappingResponse><NewReservedPort>33333</NewReservedPort></AddAnyPortMappingResponse>"));
        Assert.Equal(718, Read(Fault)?.ErrorCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<a/>")]
    [InlineData("<a><AddPortMappingResponse></a>")]
    [InlineData("<AddPortMappingResponse/><AddPortMappingResponse/>")]
    [InlineData("<errorCode>x</errorCode>")]
    [InlineData("<errorCode>-718</errorCode>")]
    [InlineData("<errorCode>99999999999</errorCode>")]
    [InlineData("<!DOCTYPE a><AddPortMappingResponse/>")]
    public void What_is_no_answer_is_refused(string text) => Assert.Null(Read(text));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("198.51.100")]
    [InlineData("0xc6.51.100.7")]
    [InlineData("198.51.100.007")]
    [InlineData("::1")]
    [InlineData("host")]
    public void What_is_no_IPv4_address_in_the_usual_form_is_none(string address) =>
        Assert.Null(Read(Address.Replace("198.51.100.7", address, StringComparison.Ordinal))!.ExternalAddress);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("")]
    public void What_is_no_port_is_none(string port) =>
        Assert.Null(Read($"<AddAnyPortMappingResponse><NewReservedPort>{port}</NewReservedPort></AddAnyPortMappingResponse>")!.ReservedPort);

    [Fact]
    public void Twenty_thousand_damaged_answers_never_throw()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            SoapMessage.TryRead(Mutations.Mutate(random, [Encoding.UTF8.GetBytes(Address), Encoding.UTF8.GetBytes(Fault)]), out SoapAnswer answer);
            Assert.True(answer.ReservedPort is null or (> 0 and <= 65_535));
        }
    }

    private static XElement Action(byte[] message)
    {
        XNamespace soap = "http://schemas.xmlsoap.org/soap/envelope/";
        XElement envelope = XElement.Parse(Encoding.UTF8.GetString(message));
        Assert.Equal(soap + "Envelope", envelope.Name);
        Assert.Equal("http://schemas.xmlsoap.org/soap/encoding/", envelope.Attribute(soap + "encodingStyle")?.Value);
        return envelope.Element(soap + "Body")!.Elements().Single();
    }

    private static SoapAnswer? Read(string text) => SoapMessage.TryRead(Encoding.UTF8.GetBytes(text), out SoapAnswer answer) ? answer : null;
}
