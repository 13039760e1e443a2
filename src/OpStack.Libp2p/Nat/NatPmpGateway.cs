using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>Maps by NAT-PMP (RFC 6886).</summary>
internal sealed class NatPmpGateway(IPEndPoint gateway, TimeProvider time) : IGatewayProtocol
{
    public string Name => "NAT-PMP";

    public async Task<PortMapping> MapAsync(MappedPort port, IPEndPoint? suggested, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        using GatewaySocket socket = new(gateway, time);
        int result = -1;
        IPAddress address = IPAddress.None;
        await socket.AskAsync(
            NatPmpMessage.AskAddress(), answer => NatPmpMessage.TryReadAddress(answer.Span, out result, out address), cancellationToken).ConfigureAwait(false);
        Require(result);
        (int external, TimeSpan granted) = await AskAsync(socket, port, suggested?.Port ?? port.Port, lifetime, cancellationToken).ConfigureAwait(false);
        return new PortMapping(port, new IPEndPoint(address, external), granted, Name);
    }

    public async Task UnmapAsync(PortMapping mapping, CancellationToken cancellationToken)
    {
        using GatewaySocket socket = new(gateway, time);
        await AskAsync(socket, mapping.Port, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(int External, TimeSpan Granted)> AskAsync(
        GatewaySocket socket, MappedPort port, int externalPort, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        int result = -1, external = 0;
        TimeSpan granted = default;
        await socket.AskAsync(
            NatPmpMessage.AskMapping(port, externalPort, lifetime),
            answer => NatPmpMessage.TryReadMapping(answer.Span, port, out result, out external, out granted),
            cancellationToken).ConfigureAwait(false);
        Require(result);
        return (external, granted);
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new GatewayException($"NAT-PMP refuses with result {result}.");
        }
    }
}
