namespace OpStack.P2P;

/// <summary>Carries bodies of JSON-RPC to a server and its answers back. Any thread.</summary>
public interface IJsonRpcTransport
{
    /// <summary>
    /// Sends a body and gives the answer, which must be bounded; null when the server answered nothing, as it does to notifications. Throws
    /// <see cref="OpP2PRpcException"/> when there was no answer, and cancellation by the caller alone.
    /// </summary>
    /// <param name="body">JSON as UTF-8; stays as it is until the call ends.</param>
    /// <param name="cancellationToken">The caller's.</param>
    ValueTask<byte[]?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
