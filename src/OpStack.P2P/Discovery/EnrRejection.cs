namespace OpStack.P2P;

/// <summary>Why a record that discovery found is not handed to the host.</summary>
public enum EnrRejection
{
    /// <summary>It is.</summary>
    None,
    /// <summary>It is our own.</summary>
    OwnRecord,
    /// <summary>No opstack entry: a node of another network, as most are.</summary>
    MissingKey,
    /// <summary>The opstack entry cannot be read.</summary>
    DecodeError,
    /// <summary>The opstack entry has another version than 0.</summary>
    InvalidVersion,
    /// <summary>A node of another chain.</summary>
    InvalidChainId,
    /// <summary>No address with a TCP port.</summary>
    NoTcpAddress,
    /// <summary>An address that is not one of the open internet.</summary>
    PrivateAddress,
    /// <summary>The node or its address is banned.</summary>
    Banned,
}
