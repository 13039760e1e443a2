namespace OpStack.P2P.Peers.Gating;

/// <summary>The host added to a list of the gater that is full: its file would grow beyond what is read again.</summary>
public sealed class PeerListFullException : OpStackP2PException
{
    internal PeerListFullException(string list)
        : base($"The list of {list} is full: it holds {PeerLimits.MaxListed}.") => List = list;

    /// <summary>Which list, for a person.</summary>
    public string List { get; }
}
