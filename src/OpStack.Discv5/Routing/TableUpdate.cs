namespace OpStack.Discv5.Routing;

/// <summary>What became of a record offered to the table.</summary>
internal enum TableUpdate
{
    /// <summary>The node is new in its bucket; it counts as live only once it has answered a PING.</summary>
    Added,

    /// <summary>The bucket is full: the node waits in its replacement cache.</summary>
    Replacement,

    /// <summary>The node contacted us: it is pinged, and added when it answers.</summary>
    Candidate,

    /// <summary>A newer record of a node the table has.</summary>
    Updated,

    /// <summary>The table, or its waiting room, has this record or a newer one.</summary>
    Known,

    /// <summary>It is our own.</summary>
    Self,

    /// <summary>It names no endpoint that we could reach.</summary>
    NoEndpoint,

    /// <summary>The address is banned or outside the allowed networks.</summary>
    Refused,

    /// <summary>Too many nodes of its /24 (IPv6: /48) are there already.</summary>
    SubnetLimit,

    /// <summary>The node contacted us from another endpoint than its record names.</summary>
    EndpointMismatch,

    /// <summary>The node contacted us, and its bucket or the waiting room for such nodes is full.</summary>
    Full,
}
