namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>What a peer that asks to be dialled back is told (libp2p specs, autonat v1). The numbers are those of the wire.</summary>
public enum AutoNatStatus
{
    /// <summary>OK: it was reached.</summary>
    Ok = 0,
    /// <summary>E_DIAL_ERROR: it was not.</summary>
    DialError = 100,
    /// <summary>E_DIAL_REFUSED: it was not tried; too many dial-backs, or an address that is not tried for anyone.</summary>
    DialRefused = 101,
    /// <summary>E_BAD_REQUEST: the request makes no sense.</summary>
    BadRequest = 200,
    /// <summary>E_INTERNAL_ERROR: something of ours kept us from trying.</summary>
    InternalError = 300,
}
