namespace OpStack.Discv5.Messages;

/// <summary>Why a decrypted plaintext is no message.</summary>
internal enum MessageError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>A type we do not know; to be ignored, it is no fault of the peer.</summary>
    UnknownType,

    /// <summary>Not one canonical RLP list, a field of the wrong kind, a field missing, or one too many.</summary>
    Malformed,

    /// <summary>A request id of more than 8 bytes.</summary>
    RequestId,

    /// <summary>A distance above 256, or more than 257 of them.</summary>
    Distance,

    /// <summary>A NODES total above 16, or more than 16 records.</summary>
    Total,

    /// <summary>A PONG address that is not 4 or 16 bytes, or a port that is 0 or above 65535.</summary>
    EndPoint,
}
