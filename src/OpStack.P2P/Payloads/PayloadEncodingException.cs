namespace OpStack.P2P;

/// <summary>The host asked to encode or hash a payload that the version cannot carry.</summary>
public sealed class PayloadEncodingException : OpStackP2PException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="field">The offending field, by its JSON name.</param>
    /// <param name="reason">What is wrong with it.</param>
    public PayloadEncodingException(string field, string reason)
        : base($"{field}: {reason}") => Field = field;

    /// <summary>The offending field, by its JSON name.</summary>
    public string Field { get; }
}
