namespace OpStack.P2P.Hosting;

/// <summary>The node did not start, and the host does not either. The message says which node and why; the inner exception is the library's own.</summary>
public sealed class P2PStartException : Exception
{
    internal P2PStartException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
