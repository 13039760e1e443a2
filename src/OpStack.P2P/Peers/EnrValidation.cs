using OpStack.Discv5.Records;

namespace OpStack.P2P.Peers;

/// <summary>Whether a record is that of a node of our chain.</summary>
public enum EnrOutcome
{
    /// <summary>It is.</summary>
    Valid,
    /// <summary>It has no usable <see cref="OpStackEnr"/>.</summary>
    ConversionError,
    /// <summary>It is of another chain.</summary>
    InvalidChainId,
}

/// <summary>The judgement of a record's <c>opstack</c> entry, with the outcomes of kona's EnrValidation.</summary>
/// <param name="Outcome">The judgement.</param>
/// <param name="Error">What is wrong with the entry, when <see cref="EnrOutcome.ConversionError"/>.</param>
/// <param name="Entry">The entry as far as it could be read.</param>
public readonly record struct EnrValidation(EnrOutcome Outcome, OpStackEnrError Error, OpStackEnr Entry)
{
    /// <summary>True for <see cref="EnrOutcome.Valid"/>.</summary>
    public bool IsValid => Outcome == EnrOutcome.Valid;

    /// <summary>Judges a record: first that the entry is there, then its encoding, then the version, last the chain.</summary>
    public static EnrValidation Validate(Enr record, ulong chainId)
    {
        if (!OpStackEnr.TryGet(record, out OpStackEnr entry, out OpStackEnrError error))
        {
            return new EnrValidation(EnrOutcome.ConversionError, error, entry);
        }

        return new EnrValidation(entry.ChainId == chainId ? EnrOutcome.Valid : EnrOutcome.InvalidChainId, OpStackEnrError.None, entry);
    }

    /// <summary>The judgement for a person.</summary>
    public override string ToString() => (Outcome, Error) switch
    {
        (EnrOutcome.Valid, _) => "valid",
        (EnrOutcome.InvalidChainId, _) => $"of chain {Entry.ChainId}",
        (_, OpStackEnrError.MissingKey) => "without an opstack entry",
        (_, OpStackEnrError.InvalidVersion) => $"of version {Entry.Version}",
        _ => "with an opstack entry that cannot be read",
    };
}
