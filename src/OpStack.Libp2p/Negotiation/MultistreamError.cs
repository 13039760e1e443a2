namespace OpStack.Libp2p.Negotiation;

/// <summary>Why a negotiation failed.</summary>
internal enum MultistreamError
{
    /// <summary>It has not failed.</summary>
    None,
    /// <summary>The remote does not speak /multistream/1.0.0.</summary>
    WrongHeader,
    /// <summary>A length that is zero or not a minimal varint.</summary>
    MalformedLength,
    /// <summary>A message longer than <see cref="MultistreamLimits.MaxMessage"/>.</summary>
    MessageTooLong,
    /// <summary>A message that does not end in a newline.</summary>
    MissingNewline,
    /// <summary>An answer that is neither our proposal nor "na".</summary>
    UnexpectedAnswer,
    /// <summary>The remote refused every proposal.</summary>
    NothingInCommon,
    /// <summary>More than <see cref="MultistreamLimits.MaxRounds"/> proposals.</summary>
    TooManyRounds,
}
