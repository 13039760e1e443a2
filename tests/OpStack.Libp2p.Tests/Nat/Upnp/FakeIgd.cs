using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using OpStack.Libp2p.Nat;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

/// <summary>A small UPnP gateway on loopback: SSDP, its description and a WAN connection service, over raw sockets.</summary>
internal sealed class FakeIgd : IDisposable
{
    private readonly Socket _ssdp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _http = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public FakeIgd()
    {
        _ssdp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _http.Start();
        Base = $"http://{_http.LocalEndpoint}";
        SsdpAnswers = target => [Answer(target, $"{Base}/rootDesc.xml")];
        Description = () => Describe(1, "/ctl/IPConn");
        _ = Task.Run(ServeSsdpAsync);
        _ = Task.Run(ServeHttpAsync);
    }

    public string Base { get; }

    public GatewayLocation Location => new(IPAddress.Loopback, IPAddress.Loopback) { Ssdp = [(IPEndPoint)_ssdp.LocalEndPoint!] };

    /// <summary>What a search for a target is answered with.</summary>
    public Func<string, IEnumerable<string>> SsdpAnswers { get; set; }

    public Func<string> Description { get; set; }

    /// <summary>Takes an HTTP request over: writes what it likes, and says whether that was all.</summary>
    public Func<string, NetworkStream, Task<bool>> Override { get; set; } = (_, _) => Task.FromResult(false);

    public string External { get; set; } = "198.51.100.7";

    /// <summary>Error codes by action, given before anything else.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = new();

    /// <summary>External ports that others hold.</summary>
    public ConcurrentDictionary<int, bool> Held { get; } = new();

    public bool OnlyPermanent { get; set; }

    /// <summary>What is mapped: external port to protocol, internal port and client, and lease.</summary>
    public ConcurrentDictionary<int, (string Protocol, int Internal, string Client, int Lease)> Mappings { get; } = new();

    /// <summary>The searches heard, by target.</summary>
    public ConcurrentQueue<string> Searches { get; } = new();

    /// <summary>Every HTTP request: method and path, or the SOAP action.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static string Answer(string target, string location) =>
        $"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {target}\r\nUSN: uuid:1::{target}\r\nEXT:\r\nSERVER: fake\r\nLOCATION: {location}\r\n\r\n";

    public static string Describe(int version, string controlUrl, string baseUrl = "") => $"""
        <?xml version="1.0"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion><URLBase>{baseUrl}</URLBase>
        <device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:{version}</deviceType>
         <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3f</controlURL></service></serviceList>
         <deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:{version}</deviceType>
          <deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:{version}</deviceType>
           <serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:{version}</serviceType>
            <serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId><SCPDURL>/WANIPCn.xml</SCPDURL><controlURL>{controlUrl}</controlURL><eventSubURL/></service>
           </serviceList></device></deviceList></device></deviceList></device></root>
        """;

    public void Dispose()
    {
        _stop.Cancel();
        _ssdp.Dispose();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ServeSsdpAsync()
    {
        byte[] buffer = new byte[2048];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _ssdp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                string search = Encoding.ASCII.GetString(buffer, 0, received.ReceivedBytes);
                string target = Regex.Match(search, @"\AM-SEARCH \* HTTP/1\.1\r\n(?:.+\r\n)*ST: (.+)\r\n\r\n\z").Groups[1].Value;
                Searches.Enqueue(target);
                foreach (string answer in SsdpAnswers(target))
                {
                    await _ssdp.SendToAsync(Encoding.UTF8.GetBytes(answer), received.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // Closing, or the client has gone.
            }
        }
    }

    private async Task ServeHttpAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _http.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            NetworkStream stream = client.GetStream();
            (string head, string body) = await ReadAsync(stream);
            string action = Regex.Match(head, "SOAPAction: \"urn:schemas-upnp-org:service:WAN(?:IP|PPP)Connection:[12]#(\\w+)\"").Groups[1].Value;
            string name = action.Length > 0 ? action : head[..head.IndexOf(" HTTP", StringComparison.Ordinal)];
            Requests.Enqueue(name);
            if (!await Override(name, stream))
            {
                await WriteAsync(stream, action.Length > 0 ? Act(action, body) : (200, Description()));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client has had enough.
        }
    }

    private async Task<(string Head, string Body)> ReadAsync(NetworkStream stream)
    {
        string text = "";
        byte[] buffer = new byte[4096];
        while (true)
        {
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Match length = Regex.Match(text, @"Content-Length: (\d+)");
            if (end >= 0 && text.Length - end - 4 >= (length.Success ? int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture) : 0))
            {
                return (text[..end], text[(end + 4)..]);
            }

            int read = await stream.ReadAsync(buffer, _stop.Token);
            text += read > 0 ? Encoding.UTF8.GetString(buffer, 0, read) : throw new IOException("cut off");
        }
    }

    public static async Task WriteAsync(NetworkStream stream, (int Status, string Body) answer)
    {
        byte[] body = Encoding.UTF8.GetBytes(answer.Body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer.Status} X\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
    }

    private (int Status, string Body) Act(string action, string body)
    {
        string Argument(string name) => Regex.Match(body, $"<New{name}>(.*)</New{name}>").Groups[1].Value;
        int Number(string name) => int.Parse(Argument(name), CultureInfo.InvariantCulture);
        if (Errors.TryGetValue(action, out int error))
        {
            return Fault(error);
        }

        switch (action)
        {
            case "GetExternalIPAddress":
                return Done(action, $"<NewExternalIPAddress>{External}</NewExternalIPAddress>");
            case "DeletePortMapping":
                return Mappings.TryRemove(Number("ExternalPort"), out _) ? Done(action) : Fault(714);
            case "AddPortMapping" or "AddAnyPortMapping":
                int external = Number("ExternalPort"), lease = Number("LeaseDuration");
                if (OnlyPermanent && lease != 0)
                {
                    return Fault(725);
                }

                if (Held.ContainsKey(external))
                {
                    if (action == "AddPortMapping")
                    {
                        return Fault(718);
                    }

                    external = 33_333;
                }

                Mappings[external] = (Argument("Protocol"), Number("InternalPort"), Argument("InternalClient"), lease);
                return Done(action, action == "AddPortMapping" ? "" : $"<NewReservedPort>{external}</NewReservedPort>");
            default:
                return Fault(401);
        }
    }

    private static (int Status, string Body) Done(string action, string arguments = "") => (200, Envelope(
        $"<u:{action}Response xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">{arguments}</u:{action}Response>"));

    private static (int Status, string Body) Fault(int code) => (500, Envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\">" +
        $"<errorCode>{code}</errorCode><errorDescription>no</errorDescription></UPnPError></detail></s:Fault>"));

    private static string Envelope(string content) =>
        $"<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{content}</s:Body></s:Envelope>";
}
