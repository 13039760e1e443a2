namespace OpStack.Discv5.Filter;

/// <summary>Whether a packet is let through, or why it is dropped.</summary>
internal enum FilterVerdict
{
    /// <summary>It is handled.</summary>
    Pass,

    /// <summary>Its source is outside the allowed networks.</summary>
    NotAllowed,

    /// <summary>Its source address is banned.</summary>
    BannedAddress,

    /// <summary>The node it claims to come from is banned.</summary>
    BannedNode,

    /// <summary>Its source address is over its rate.</summary>
    AddressRate,

    /// <summary>The node it claims to come from is over its rate at this address.</summary>
    NodeRate,

    /// <summary>The budget of bytes for everybody together is spent.</summary>
    ReadBudget,
}
