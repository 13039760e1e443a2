using System.Collections.Concurrent;
using OpStack.Libp2p.Connections;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>What an observer of connections is told.</summary>
internal sealed class ConnectionLog : IConnectionObserver
{
    public ConcurrentQueue<ConnectionInfo> Opened { get; } = new();

    public ConcurrentQueue<(ConnectionInfo Connection, ConnectionCloseReason Reason)> Closed { get; } = new();

    public ConcurrentQueue<ConnectionRefusal> Refused { get; } = new();

    public void OnConnectionOpened(ConnectionInfo connection) => Opened.Enqueue(connection);

    public void OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason) => Closed.Enqueue((connection, reason));

    public void OnConnectionRefused(ConnectionRefusal refusal) => Refused.Enqueue(refusal);
}
