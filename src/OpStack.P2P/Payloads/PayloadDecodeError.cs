namespace OpStack.P2P;

/// <summary>Why a decompressed block message is not a payload: the checks of op-node's ssz.go, in their order.</summary>
public enum PayloadDecodeError
{
    /// <summary>It is one.</summary>
    None,
    /// <summary>Fewer than 66 bytes, or no room for the parent beacon block root.</summary>
    InvalidLength,
    /// <summary>Shorter than the fixed part of the version.</summary>
    TooShort,
    /// <summary>extraData does not begin where the fixed part of the version ends: often a payload of another version.</summary>
    BadExtraDataOffset,
    /// <summary>The transactions begin before extraData or beyond the end.</summary>
    BadTransactionsOffset,
    /// <summary>The withdrawals begin before the transactions or beyond the end.</summary>
    BadWithdrawalsOffset,
    /// <summary>More than 32 bytes of extraData.</summary>
    ExtraDataTooLarge,
    /// <summary>A transactions section of 1 to 3 bytes.</summary>
    TransactionsTooShort,
    /// <summary>An offset in the transactions section that is zero, no multiple of 4, decreasing or beyond its end.</summary>
    BadTransactionOffset,
    /// <summary>More than 2^20 transactions.</summary>
    TooManyTransactions,
    /// <summary>A withdrawals section that is no multiple of 44 bytes.</summary>
    BadWithdrawals,
    /// <summary>More than 16 withdrawals.</summary>
    TooManyWithdrawals,
}
