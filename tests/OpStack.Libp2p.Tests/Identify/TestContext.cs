using System.Threading.Channels;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Tests.Identify;

internal sealed class TestContext(FakeHost host) : IIdentifyContext
{
    private readonly Channel<(PeerId Peer, IdentifyInfo Info)> _reports = Channel.CreateUnbounded<(PeerId, IdentifyInfo)>();

    public KeyPair Signer => host.Key;

    public IReadOnlyList<Multiaddr> ListenAddresses { get; set; } = [host.Address];

    public IReadOnlyList<string> Protocols => host.Protocols;

    public string AgentVersion { get; set; } = "agent";

    public string ProtocolVersion => "test/1";

    public int PendingReports => _reports.Reader.Count;

    public void ReportIdentified(PeerId peer, IdentifyInfo info) => _reports.Writer.TryWrite((peer, info));

    public async Task<(PeerId Peer, IdentifyInfo Info)> NextReport()
    {
        using CancellationTokenSource guard = new(FakeHost.HangGuard);
        return await _reports.Reader.ReadAsync(guard.Token);
    }
}
