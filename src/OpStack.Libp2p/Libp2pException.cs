using OpStack.Libp2p.Connections;

namespace OpStack.Libp2p;

/// <summary>Why an operation of the host failed.</summary>
public enum Libp2pError
{
    /// <summary>The connection is closed, by either side.</summary>
    ConnectionClosed,
    /// <summary>The stream was reset, by either side.</summary>
    StreamReset,
    /// <summary>No address of the peer could be reached.</summary>
    DialFailed,
    /// <summary>The security handshake failed.</summary>
    HandshakeFailed,
    /// <summary>The peer proved another identity than the one dialled.</summary>
    PeerIdMismatch,
    /// <summary>No protocol in common, or a malformed negotiation.</summary>
    NegotiationFailed,
    /// <summary>One of our own deadlines passed.</summary>
    Timeout,
    /// <summary>A named limit was reached.</summary>
    LimitReached,
    /// <summary>The peer broke a protocol rule.</summary>
    ProtocolViolation,
    /// <summary>Listening on an address failed.</summary>
    ListenFailed,
    /// <summary>There is no connection to the peer.</summary>
    NotConnected,
    /// <summary>The connection gate refused it: our own wish, not a fault of the remote.</summary>
    GateRefused,
    /// <summary>Every address of the peer failed so recently that it is left alone for a while.</summary>
    DialBackoff,
    /// <summary>This process has no file descriptors or buffers left: our own fault, not one of the remote.</summary>
    OutOfResources,
}

/// <summary>The one exception of this assembly; <see cref="Error"/> tells the reason. Cancellation by the caller is <see cref="OperationCanceledException"/> instead.</summary>
public sealed class Libp2pException : Exception
{
    /// <summary>Creates the exception.</summary>
    public Libp2pException(Libp2pError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>The reason.</summary>
    public Libp2pError Error { get; }

    /// <summary>What the gate said, when <see cref="Error"/> is <see cref="Libp2pError.GateRefused"/>; <see cref="GateVerdict.Allow"/> otherwise.</summary>
    public GateVerdict Verdict { get; init; }

    /// <summary>
    /// Whether our own side closed the connection or reset the stream, when <see cref="Error"/> is <see cref="Libp2pError.ConnectionClosed"/> or
    /// <see cref="Libp2pError.StreamReset"/>: nothing that speaks against the remote. False otherwise.
    /// </summary>
    public bool IsLocal { get; init; }
}
