using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>What a UPnP gateway says, read as an answer to a search, as a description and as an answer of SOAP.</summary>
internal sealed class UpnpCodec : FuzzCodec
{
    private static readonly Uri Location = new("http://192.168.1.1:5000/rootDesc.xml");

    private IReadOnlyList<WanService> _services = [];
    private SoapAnswer? _answer;
    private WanService? _generated;

    public override string Name => "upnp";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        $"HTTP/1.1 200 OK\r\nST: {SsdpMessage.Targets[0]}\r\nLOCATION: http://192.168.1.1:5000/rootDesc.xml\r\n\r\n".Utf8(),
        Description(WanService.IpConnection1, "/ctl"),
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:GetExternalIPAddressResponse xmlns:u=\"a\"><NewExternalIPAddress>203.0.113.7</NewExternalIPAddress></u:GetExternalIPAddressResponse></s:Body></s:Envelope>".Utf8(),
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>".Utf8(),
    ];

    // An XML reader of the BCL with its buffers, for each of two readings, and what it throws at XML that is none.
    public override long AllocationBudget(int length) => (32 * FixedBudget) + (64L * length);

    public override bool TryDecode(byte[] input)
    {
        bool isDescription = DeviceDescription.TryRead(input, Location, out _services);
        bool isAnswer = SoapMessage.TryRead(input, out SoapAnswer answer);
        _answer = isAnswer ? answer : null;
        return SsdpMessage.TryReadAnswer(input, out _) || isDescription || isAnswer;
    }

    public override string? FindBrokenProperty(byte[] input) =>
        _services.Any(service => !service.ControlUrl.IsAbsoluteUri) ? "a control URL is not absolute"
        : _answer is { ReservedPort: < 1 or > 65_535 } ? "a port is none"
        : null;

    public override byte[] Generate(Random random)
    {
        (string type, string path) = (random.OneOf(WanService.IpConnection1, WanService.IpConnection2, WanService.PppConnection1), $"/{random.Word(random.Next(1, 60))}");
        _generated = new WanService(type, new Uri(Location, path));
        return Description(type, path);
    }

    public override string? FindLoss(byte[] generated) =>
        _services is [var service] && service == _generated ? null : "it is another service";

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, '<', '>', '/', ':', '\n');

    private static byte[] Description(string type, string url) =>
        $"<root><URLBase></URLBase><device><serviceList><service><serviceType>{type}</serviceType><controlURL>{url}</controlURL></service></serviceList></device></root>".Utf8();
}
