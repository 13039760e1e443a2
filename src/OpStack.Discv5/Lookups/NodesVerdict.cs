namespace OpStack.Discv5.Lookups;

/// <summary>Whether a record of a NODES answer is taken, or why not.</summary>
internal enum NodesVerdict
{
    /// <summary>It is.</summary>
    Accepted,

    /// <summary>Its distance to the responder was not asked for. Misbehaviour: sigp bans for it.</summary>
    WrongDistance,

    /// <summary>The same node twice. More than one record for [0] alone is misbehaviour: sigp bans for it.</summary>
    Duplicate,

    /// <summary>Beyond the 16 records of one answer.</summary>
    TooMany,

    /// <summary>It is our own.</summary>
    Self,

    /// <summary>It names no endpoint that we could reach.</summary>
    NoEndpoint,

    /// <summary>Its address or port must not be contacted on the responder's word (RelayAddressCheck).</summary>
    BadAddress,
}
