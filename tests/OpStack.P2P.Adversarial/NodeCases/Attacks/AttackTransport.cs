using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>TCP from <see cref="AttackTarget.Source"/>.</summary>
internal sealed class AttackTransport : ITransport
{
    private readonly TcpTransport _tcp = new(TimeProvider.System, NullLogger<TcpTransport>.Instance);

    public static async Task<TcpConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(AttackTarget.Source, 0));
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new TcpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<ITransportConnection> DialAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            return await ConnectAsync(endPoint, deadline.Token);
        }
        catch (SocketException e)
        {
            throw new Libp2p.Libp2pException(Libp2p.Libp2pError.DialFailed, e.Message, e);
        }
    }

    public ITransportListener Listen(IPEndPoint endPoint) => _tcp.Listen(endPoint);
}
