using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Nat;

/// <summary>Asks one gateway by datagrams. The socket is connected to it, so that nobody else's answers are seen.</summary>
internal sealed class GatewaySocket : IDisposable
{
    private readonly Socket _socket;
    private readonly TimeProvider _time;

    /// <summary>Throws <see cref="GatewayException"/> when there is no way to the gateway.</summary>
    public GatewaySocket(IPEndPoint gateway, TimeProvider time)
    {
        _time = time;
        _socket = new Socket(gateway.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Connect(gateway);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new GatewayException($"There is no way to {gateway}: {e.SocketErrorCode}.", e);
        }
    }

    /// <summary>Our address as the gateway knows us.</summary>
    public IPAddress LocalAddress => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    /// <summary>
    /// Sends a request, again after 250 ms, 500 ms and so on, until an answer comes that <paramref name="isAnswer"/> takes. Throws
    /// <see cref="GatewayException"/> when none does.
    /// </summary>
    public async Task AskAsync(byte[] request, Func<ReadOnlyMemory<byte>, bool> isAnswer, CancellationToken cancellationToken)
    {
        TimeSpan wait = NatLimits.FirstRetry;
        for (int attempt = 0; attempt < NatLimits.Attempts; attempt++)
        {
            using CancellationTokenSource timer = new(wait, _time);
            using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                await _socket.SendAsync(request, linked.Token).ConfigureAwait(false);
                await ReceiveAsync(isAnswer, linked.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                wait *= 2;
            }
            catch (SocketException e)
            {
                throw new GatewayException($"It cannot be asked: {e.SocketErrorCode}.", e); // Nobody listens there.
            }
        }

        throw new GatewayException("It does not answer.");
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(Func<ReadOnlyMemory<byte>, bool> isAnswer, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[NatLimits.MaxDatagram];
        int length;
        do
        {
            length = await _socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        while (!isAnswer(buffer.AsMemory(0, length)));
    }
}
