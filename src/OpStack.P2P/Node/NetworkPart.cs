namespace OpStack.P2P;

/// <summary>The parts of a <see cref="Network"/> that can fail one without the others.</summary>
public enum NetworkPart
{
    /// <summary>Listening, connections and gossip.</summary>
    Gossip,

    /// <summary>Finding peers over discv5.</summary>
    Discovery,

    /// <summary>The port mapping at the router.</summary>
    Nat,

    /// <summary>Signing the payloads we publish.</summary>
    Signer,

    /// <summary>Learning whose blocks are valid.</summary>
    SignerSource,

    /// <summary>Fetching blocks by number.</summary>
    Sync,
}
