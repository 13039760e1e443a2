namespace OpStack.Discv5;

/// <summary>Whether the discovery service does its work.</summary>
public enum Discv5Health
{
    /// <summary>Not started, or disposed.</summary>
    Stopped,

    /// <summary>Datagrams that come in are handled, or none come in.</summary>
    Healthy,

    /// <summary>
    /// Datagrams come in and none has been handled for <see cref="Discv5Options.DeafAfter"/>, or a socket can no longer be read: the process lives and
    /// the node is gone from the network. Only a new service helps where this does not pass by itself.
    /// </summary>
    Deaf,
}
