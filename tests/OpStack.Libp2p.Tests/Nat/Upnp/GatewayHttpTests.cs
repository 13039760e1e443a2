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

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 1000000000000\r\n")]
    public async Task An_endless_body_is_cut_off_after_64_KiB(string length)
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        Task<long> served = ServeForeverAsync(server, $"HTTP/1.1 200 OK\r\n{length}\r\n");
        using GatewayHttp http = new(new FakeTimeProvider());
        Assert.Null(await http.GetAsync(new Uri($"http://{server.LocalEndpoint}/rootDesc.xml"), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        // No time has passed on its clock. What was sent beyond the bound are the system's buffers.
        Assert.InRange(await served.WaitAsync(TimeSpan.FromSeconds(60)), UpnpLimits.MaxBody, 64 << 20);
    }

    private static async Task<long> ServeForeverAsync(TcpListener server, string head)
    {
        using Socket client = await server.AcceptSocketAsync();
        await client.ReceiveAsync(new byte[4096]);
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(head));
        byte[] body = new byte[16 * 1024];
        long sent = 0;
        try
        {
            while (true)
            {
                sent += await client.SendAsync(body);
            }
        }
        catch (SocketException)
        {
            return sent; // It has hung up.
        }
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
