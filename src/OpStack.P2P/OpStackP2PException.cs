namespace OpStack.P2P;

/// <summary>
/// The root of the exceptions of this assembly: what the host did wrong or must know. What a peer did wrong is a result, never an
/// exception.
/// </summary>
public abstract class OpStackP2PException : Exception
{
    private protected OpStackP2PException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
