namespace OpStack.P2P.Tests.Rpc;

/// <summary>Hands bodies to an RPC of the same process.</summary>
internal sealed class InProcessTransport(OpP2PRpc rpc) : IJsonRpcTransport
{
    public ValueTask<byte[]?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => rpc.HandleAsync(body, cancellationToken);
}
