namespace OpStack.Libp2p.Connections;

/// <summary>
/// Learns of single connections, where <see cref="IPeerObserver"/> learns of peers. Calls must not block and must not throw. Opened and
/// closed come under the swarm's lock, in order, each once per connection; refused comes from any thread and as fast as remotes knock.
/// </summary>
public interface IConnectionObserver
{
    /// <summary>A connection is up.</summary>
    void OnConnectionOpened(ConnectionInfo connection)
    {
    }

    /// <summary>A connection has left the table; <paramref name="connection"/> carries what it transferred.</summary>
    void OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason)
    {
    }

    /// <summary>
    /// A connection was turned away before it was up: an inbound one at any stage, an outbound one after its handshake. What stops a dial
    /// before that is told by the exception of the dial.
    /// </summary>
    void OnConnectionRefused(ConnectionRefusal refusal)
    {
    }
}
