using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p.Nat.Upnp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

/// <summary>What a gateway that does not even accept connections leaves behind.</summary>
[Collection(ProcessCountsCollection.Name)]
public sealed class GatewayHttpTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    public void Dispose()
    {
        _fillers.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    [Fact]
    public async Task A_connection_that_never_comes_about_is_given_up_after_5_seconds_and_is_gone_with_the_client()
    {
        IPEndPoint full = await FillAsync();
        int before = ProcessCounts.Sockets();
        FakeTimeProvider time = new();
        GatewayHttp http = new(time);
        Task<byte[]?> answer = http.GetAsync(new Uri($"http://{full}/rootDesc.xml"), CancellationToken.None);
        await Until.TrueAsync(() => ProcessCounts.Sockets() == before + 1);
        time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Null(await answer);
        http.Dispose();

        // At once: .NET itself would hold on to it for another five seconds.
        await Until.TrueAsync(() => ProcessCounts.Sockets() <= before, TimeSpan.FromSeconds(3));
    }

    /// <summary>A listener that has as many connections waiting as it takes: the system drops the next one's packets.</summary>
    private async Task<IPEndPoint> FillAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        IPEndPoint local = (IPEndPoint)_listener.LocalEndPoint!;
        while (true)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(socket);
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
            try
            {
                await socket.ConnectAsync(local, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return local;
            }
        }
    }
}
