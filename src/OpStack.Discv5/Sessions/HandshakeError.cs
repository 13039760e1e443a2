namespace OpStack.Discv5.Sessions;

/// <summary>Why a handshake is refused.</summary>
internal enum HandshakeError
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It carries a record that does not decode or verify.</summary>
    InvalidRecord,

    /// <summary>It carries no record and we have none.</summary>
    NoRecord,

    /// <summary>The record is of another node than the packet says it is from.</summary>
    WrongRecord,

    /// <summary>The ephemeral key is no point of the curve.</summary>
    EphemeralKey,

    /// <summary>The proof of identity does not verify.</summary>
    IdSignature,

    /// <summary>The message does not decrypt.</summary>
    Message,
}
