using System.Net;
using System.Net.Sockets;
using System.Text;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>Who sends or takes too slowly, byte by byte over TCP, in virtual time: one place at each endpoint is all there is.</summary>
public sealed class SlowPeerTests : IAsyncLifetime
{
    /// <summary>No other timer of a node has it.</summary>
    private static readonly TimeSpan Transfer = TimeSpan.FromSeconds(37);

    private readonly FakeTimeProvider _time = new();
    private WebNode _node = null!;

    public async Task InitializeAsync() => _node = await WebNode.StartAsync(
        new P2PEndpointOptions { MaxConcurrentRequests = 1, TransferTimeout = Transfer },
        config => config with { Rpc = new RpcOptions { MaxBatch = 10_000 } },
        _time);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Attack_a_body_that_never_ends_is_given_up_in_time_and_frees_its_place()
    {
        using Socket socket = await ConnectAsync();
        await SendAsync(socket, Header(100) + "{");
        await Until.TrueAsync(() => _time.HasTimerIn(Transfer));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _node.PostAsync("{}")).StatusCode);

        _time.Advance(Transfer);
        string answer = await ReadToEndAsync(socket); // To its end: the connection is closed.
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\"the body did not come in time\"}}", answer, StringComparison.Ordinal);
        await Until.TrueAsync(async () => (await _node.PostAsync("{}")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Attack_an_answer_of_megabytes_that_nobody_takes_is_given_up_in_time_and_frees_its_place()
    {
        const int Calls = 10_000;
        string batch = $"[{string.Join(',', Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"method":"opp2p_self"}""", Calls))}]";
        using Socket socket = await ConnectAsync();
        await SendAsync(socket, Header(batch.Length) + batch);
        await Until.TrueAsync(() => _time.HasTimerIn(Transfer) && socket.Available > 0, WebNode.Patience);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _node.PostAsync("{}")).StatusCode);

        _time.Advance(Transfer);
        await Until.TrueAsync(async () => (await _node.PostAsync("{}")).StatusCode == HttpStatusCode.OK);
        string answer = await ReadToEndAsync(socket);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.False(answer.EndsWith(']'), "the whole answer came");
    }

    private static string Header(int length) => $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";

    private async Task<Socket> ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, _node.Uri.Port);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text)
    {
        ReadOnlyMemory<byte> left = Encoding.UTF8.GetBytes(text);
        while (left.Length > 0)
        {
            left = left[await socket.SendAsync(left)..];
        }
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        using CancellationTokenSource patience = new(WebNode.Patience);
        StringBuilder text = new();
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is var read and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // An end as well.
        }

        return text.ToString();
    }
}
