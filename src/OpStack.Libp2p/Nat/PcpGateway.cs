using System.Net;
using System.Security.Cryptography;

namespace OpStack.Libp2p.Nat;

/// <summary>Maps by PCP (RFC 6887). The nonce is one for the life of this object, by which the gateway knows renewals from theft.</summary>
internal sealed class PcpGateway(IPEndPoint gateway, TimeProvider time) : IGatewayProtocol
{
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(PcpMessage.NonceSize);

    public string Name => "PCP";

    public Task<PortMapping> MapAsync(MappedPort port, IPEndPoint? suggested, TimeSpan lifetime, CancellationToken cancellationToken) =>
        AskAsync(port, suggested ?? new IPEndPoint(IPAddress.Any, port.Port), lifetime, cancellationToken);

    public Task UnmapAsync(PortMapping mapping, CancellationToken cancellationToken) =>
        AskAsync(mapping.Port, new IPEndPoint(IPAddress.Any, 0), TimeSpan.Zero, cancellationToken);

    private async Task<PortMapping> AskAsync(MappedPort port, IPEndPoint suggested, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        using GatewaySocket socket = new(gateway, time);
        int result = -1;
        IPEndPoint? external = null;
        TimeSpan granted = default;
        await socket.AskAsync(
            PcpMessage.AskMapping(port, socket.LocalAddress, suggested, lifetime, _nonce),
            answer => PcpMessage.TryReadMapping(answer.Span, port, _nonce, out result, out external, out granted),
            cancellationToken).ConfigureAwait(false);
        return result == 0 && external is not null
            ? new PortMapping(port, external, granted, Name)
            : throw new GatewayException($"PCP refuses with result {result}.");
    }
}
