using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Connections.Naming;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections.Naming;

/// <summary>A name server on loopback.</summary>
public sealed class DnsTextClientTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public DnsTextClientTests() => _server.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Texts_come_from_the_first_answer_that_fits()
    {
        Task<IReadOnlyList<string>> texts = Client(1).ResolveAsync("a.test", default);
        (byte[] question, EndPoint from) = await ReceiveAsync();
        byte[] forged = DnsTextMessageTests.AnswerTo(question, 0x8180, DnsTextMessageTests.TextRecord("forged"));
        forged[0] ^= 0xff;
        await _server.SendToAsync(forged, from);
        await _server.SendToAsync(new byte[1], from);
        await _server.SendToAsync(DnsTextMessageTests.AnswerTo(question, 0x8180, DnsTextMessageTests.TextRecord("dnsaddr=/ip4/203.0.113.1/tcp/1")), from);

        Assert.Equal(["dnsaddr=/ip4/203.0.113.1/tcp/1"], await texts.WaitAsync(Guard));
    }

    [Fact]
    public async Task A_server_that_fails_or_is_silent_gives_way_to_the_next_and_each_is_asked_twice()
    {
        Task<IReadOnlyList<string>> texts = Client(2).ResolveAsync("a.test", default);
        for (int asked = 0; asked < 4; asked++)
        {
            (byte[] question, EndPoint from) = await ReceiveAsync();
            if (asked % 2 == 0)
            {
                await _server.SendToAsync(DnsTextMessageTests.AnswerTo(question, 0x8182), from);
            }
            else
            {
                _time.Advance(NamingLimits.AnswerTimeout);
            }
        }

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => texts.WaitAsync(Guard));
        Assert.Equal(Libp2pError.DialFailed, e.Error);
        Assert.Equal(0, _server.Available);
    }

    [Fact]
    public async Task A_flood_of_packets_that_are_no_answer_ends_the_question()
    {
        Task<IReadOnlyList<string>> texts = Client(1).ResolveAsync("a.test", default);
        for (int asked = 0; asked < NamingLimits.Rounds; asked++)
        {
            (_, EndPoint from) = await ReceiveAsync();
            for (int i = 0; i < NamingLimits.PacketsPerQuestion; i++)
            {
                await _server.SendToAsync(new byte[] { (byte)i }, from);
            }
        }

        await Assert.ThrowsAsync<Libp2pException>(() => texts.WaitAsync(Guard));
    }

    [Fact]
    public async Task Cancelling_returns_at_once_and_no_server_is_an_error()
    {
        using CancellationTokenSource cancel = new();
        Task<IReadOnlyList<string>> texts = Client(1).ResolveAsync("a.test", cancel.Token);
        await ReceiveAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => texts.WaitAsync(Guard));
        await Assert.ThrowsAsync<Libp2pException>(() => Client(0).ResolveAsync("a.test", default));
        await Assert.ThrowsAsync<Libp2pException>(() => Client(1).ResolveAsync("a..b", default));
    }

    private DnsTextClient Client(int servers) => new(_time, () => [.. Enumerable.Repeat((IPEndPoint)_server.LocalEndPoint!, servers)]);

    private async Task<(byte[] Question, EndPoint From)> ReceiveAsync()
    {
        byte[] buffer = new byte[2048];
        using CancellationTokenSource guard = new(Guard);
        SocketReceiveFromResult received = await _server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), guard.Token);
        return (buffer[..received.ReceivedBytes], received.RemoteEndPoint);
    }
}
