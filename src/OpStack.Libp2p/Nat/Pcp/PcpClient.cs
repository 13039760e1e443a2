using System.Net;

namespace OpStack.Libp2p.Nat.Pcp;

/// <summary>Asks a gateway by PCP.</summary>
/// <param name="server">The gateway's PCP port.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="fillRandom">Fills nonces: nobody who cannot read our packets may guess them.</param>
internal sealed class PcpClient(IPEndPoint server, TimeProvider time, Action<Span<byte>> fillRandom) : IPortMappingClient
{
    private static readonly IPEndPoint NoSuggestion = new(IPAddress.Any, 0);

    private readonly DatagramQuestion _question = new(time);
    private readonly GatewayEpoch _epoch = new();

    // The nonce is what lets us, and nobody else, renew and end a mapping.
    private readonly Dictionary<PortToMap, byte[]> _nonces = [];
    private bool _hasAnswered;

    public async Task<MapOutcome> MapAsync(PortToMap port, TimeSpan lifetime, IPEndPoint? current, CancellationToken cancellationToken)
    {
        if (!_nonces.TryGetValue(port, out byte[]? nonce))
        {
            nonce = new byte[PcpMessage.NonceSize];
            fillRandom(nonce);
            _nonces[port] = nonce;
        }

        IPEndPoint suggested = current ?? new IPEndPoint(IPAddress.Any, port.WantedExternalPort);
        PcpMapAnswer? answer = await AskAsync(port, nonce, lifetime, suggested, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return new MapOutcome.NoAnswer("no answer");
        }

        _hasAnswered = true;
        if (answer.Result == PcpResult.UnsupportedVersion)
        {
            return new MapOutcome.NoAnswer("not spoken");
        }

        return Judge(answer) with { HasLostState = _epoch.HasLostState(answer.Epoch, time.GetElapsedTime(0)) };
    }

    public async Task UnmapAsync(PortToMap port, CancellationToken cancellationToken)
    {
        if (!_nonces.TryGetValue(port, out byte[]? nonce))
        {
            return;
        }

        if (_hasAnswered)
        {
            await AskAsync(port, nonce, TimeSpan.Zero, NoSuggestion, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // It is told, but not waited for: it may not be there at all.
            await _question.TellAsync(server, client => PcpMessage.WriteMap(client, nonce, port, TimeSpan.Zero, NoSuggestion), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // A socket lives no longer than its question.
    }

    private static MapOutcome Judge(PcpMapAnswer answer) => answer.Result switch
    {
        PcpResult.Success when answer.Lifetime > TimeSpan.Zero && answer.External!.Port != 0 && !answer.External.Address.Equals(IPAddress.Any) =>
            new MapOutcome.Granted(answer.External, answer.Lifetime),
        PcpResult.Success => new MapOutcome.Refused("granted without port, address or time"),
        _ => new MapOutcome.Refused($"refused: {answer.Result}", answer.Lifetime),
    };

    private Task<PcpMapAnswer?> AskAsync(
        PortToMap port, byte[] nonce, TimeSpan lifetime, IPEndPoint suggested, CancellationToken cancellationToken)
    {
        byte[] request = [];
        return _question.AskAsync(
            server,
            client => request = PcpMessage.WriteMap(client, nonce, port, lifetime, suggested),
            (ReadOnlySpan<byte> datagram, out PcpMapAnswer answer) => PcpMessage.TryReadMap(datagram, request, out answer),
            cancellationToken);
    }
}
