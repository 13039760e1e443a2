namespace OpStack.P2P.Peers.Gating;

/// <summary>Where we stand with a peer; names and numbers are those of go-libp2p, kona and the RPC.</summary>
public enum Connectedness
{
    /// <summary>Not connected, and nothing is known against it.</summary>
    NotConnected = 0,
    /// <summary>Connected.</summary>
    Connected = 1,
    /// <summary>Not connected, but it was and could be again. Not used here.</summary>
    CanConnect = 2,
    /// <summary>Blocked, banned, or its score is too low.</summary>
    CannotConnect = 3,
    /// <summary>Connected over a relay. Not used here: there are none.</summary>
    Limited = 4,
}
