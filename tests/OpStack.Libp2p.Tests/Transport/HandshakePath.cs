using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>One side of the way from a raw connection to a muxed one, with the deadline of wire.md section 7 on a clock of the test.</summary>
internal sealed class HandshakePath : IDisposable
{
    /// <summary>For the whole upgrade (attack-cases.md section 3).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly IPEndPoint Remote = IPEndPoint.Parse("192.0.2.1:9222");
    private static readonly AddressPlaces Places = new(new ConnectionLimits { MaxPerAddress = 1_000_000 }, TimeProvider.System);
    private readonly KeyPair _identity = KeyPair.GenerateEd25519();
    private readonly NoiseStaticKey _key;
    private readonly ConnectionUpgrader _upgrader;
    private readonly FakeTimeProvider _time;

    /// <param name="time">Drives the deadline and the muxer.</param>
    /// <param name="earlyMuxer">Whether the muxer is offered within the noise handshake, or agreed on by a second multistream as with older peers.</param>
    public HandshakePath(FakeTimeProvider time, bool earlyMuxer = true)
    {
        _time = time;
        _key = NoiseStaticKey.Generate(_identity);
        if (!earlyMuxer)
        {
            // Key and signature alone: the extension with the muxer is the last field, of 16 bytes.
            using NoiseStaticKey full = _key;
            _key = new NoiseStaticKey(full.Secret, full.Payload.Span[..^16]);
        }

        GateKeeper everybody = new(null, new SwarmCounters(), NullLogger.Instance);
        _upgrader = new ConnectionUpgrader(_key, everybody, YamuxOptions.Default, new PeerBudgets(64 << 20), time, NullLogger.Instance);
    }

    public PeerId Id => _identity.PeerId;

    /// <summary>Upgrades under the deadline.</summary>
    public async Task<PeerConnection> UpgradeAsync(IByteStream transport, PeerId? dialled = null)
    {
        using CancellationTokenSource deadline = new(Deadline, _time);
        ConnectionDirection direction = dialled is null ? ConnectionDirection.Inbound : ConnectionDirection.Outbound;
        Places.TryEnter(Remote.Address, ConnectionDirection.Outbound, out IDisposable? place);
        return await _upgrader.UpgradeAsync(new AddressedStream(transport, Remote), direction, dialled, place!, deadline.Token);
    }

    public void Dispose()
    {
        _key.Dispose();
        _identity.Dispose();
    }
}
