namespace OpStack.Libp2p.Nat;

/// <summary>A gateway did not do what it was asked: it is not there, speaks another protocol, or refuses. For the log alone.</summary>
internal sealed class GatewayException(string message, Exception? inner = null) : Exception(message, inner);
