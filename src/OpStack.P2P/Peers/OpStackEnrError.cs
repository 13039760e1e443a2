namespace OpStack.P2P.Peers;

/// <summary>Why a record has no usable <see cref="OpStackEnr"/> (kona's OpStackEnrError).</summary>
public enum OpStackEnrError
{
    /// <summary>It has one.</summary>
    None,
    /// <summary>There is no entry of that key: a node of another network, as most in the shared DHT are.</summary>
    MissingKey,
    /// <summary>The entry is no byte string, or does not begin with two varints of 64 bits.</summary>
    DecodeError,
    /// <summary>The version is not 0.</summary>
    InvalidVersion,
}
