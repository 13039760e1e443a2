using System.Net;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>Asks a gateway by UPnP. The gateway is searched for at first, and again after it has not answered.</summary>
/// <param name="gateway">Where it is.</param>
/// <param name="description">What it shows its owner beside the mapping.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="randomPort">Any external port, asked for when others hold the wanted one.</param>
internal sealed class UpnpClient(GatewayLocation gateway, string description, TimeProvider time, Func<int> randomPort) : IPortMappingClient
{
    private static readonly MapOutcome Unreachable = new MapOutcome.NoAnswer("no answer");

    private readonly SsdpSearch _search = new(gateway, time);
    private readonly GatewayHttp _http = new(time);

    // Only what was granted is taken back: a port that we merely asked for may be somebody else's.
    private readonly Dictionary<PortToMap, (WanService Service, int ExternalPort)> _granted = [];
    private WanService? _service;

    public async Task<MapOutcome> MapAsync(PortToMap port, TimeSpan lifetime, IPEndPoint? current, CancellationToken cancellationToken)
    {
        _service ??= await FindServiceAsync(cancellationToken).ConfigureAwait(false);
        if (_service is not { } service)
        {
            return new MapOutcome.NoAnswer("no gateway found");
        }

        SoapAnswer? answer = await AskAsync(
            service, SoapMessage.GetExternalIPAddress, SoapMessage.WriteGetExternalAddress(service.Type), cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return Unreachable;
        }

        return answer.ExternalAddress is { } external
            ? await AddAsync(service, port, lifetime, current, external, cancellationToken).ConfigureAwait(false)
            : new MapOutcome.Refused(answer.ErrorCode is { } error ? $"no external address: error {error}" : "no external address");
    }

    public async Task UnmapAsync(PortToMap port, CancellationToken cancellationToken)
    {
        if (_granted.TryGetValue(port, out (WanService Service, int ExternalPort) granted))
        {
            byte[] request = SoapMessage.WriteDelete(granted.Service.Type, port, granted.ExternalPort);
            await AskAsync(granted.Service, SoapMessage.DeletePortMapping, request, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<WanService?> FindServiceAsync(CancellationToken cancellationToken)
    {
        await foreach (Uri location in _search.FindAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await _http.GetAsync(location, cancellationToken).ConfigureAwait(false) is { } document
                && DeviceDescription.TryRead(document, location, out IReadOnlyList<WanService> services)
                && services.FirstOrDefault(s => GatewayUrl.IsAllowed(s.ControlUrl, gateway.Address)) is { } service)
            {
                return service;
            }
        }

        return null;
    }

    /// <summary>Asks until the gateway takes the port, or has named every condition it makes.</summary>
    private async Task<MapOutcome> AddAsync(
        WanService service, PortToMap port, TimeSpan lifetime, IPEndPoint? current, IPAddress external, CancellationToken cancellationToken)
    {
        // A renewal names its port, so the gateway has none to choose.
        UpnpAttempt attempt = new(port, current?.Port ?? port.WantedExternalPort, lifetime, service.ChoosesPorts && current is null);
        while (true)
        {
            string action = attempt.LetsGatewayChoose ? SoapMessage.AddAnyPortMapping : SoapMessage.AddPortMapping;
            byte[] request = SoapMessage.WriteAdd(
                service.Type, action, port, attempt.ExternalPort, gateway.LocalAddress, attempt.Lease, description);
            SoapAnswer? answer = await AskAsync(service, action, request, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                return Unreachable;
            }

            if (answer.ErrorCode is not { } error)
            {
                int granted = attempt.LetsGatewayChoose ? answer.ReservedPort ?? attempt.ExternalPort : attempt.ExternalPort;
                _granted[port] = (service, granted);
                return new MapOutcome.Granted(new IPEndPoint(external, granted), lifetime);
            }

            if (attempt.Next(error, randomPort) is not { } next)
            {
                return new MapOutcome.Refused($"refused: error {error}");
            }

            attempt = next;
        }
    }

    /// <summary>The answer to this action; null when there is none, and then the gateway is searched for before the next question.</summary>
    private async Task<SoapAnswer?> AskAsync(WanService service, string action, byte[] request, CancellationToken cancellationToken)
    {
        byte[]? body = await _http.PostAsync(service.ControlUrl, service.Type, action, request, cancellationToken).ConfigureAwait(false);
        if (body is not null && SoapMessage.TryRead(body, out SoapAnswer answer) && (answer.ErrorCode is not null || answer.Action == action))
        {
            return answer;
        }

        _service = null;
        return null;
    }
}
