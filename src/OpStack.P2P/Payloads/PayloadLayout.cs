namespace OpStack.P2P.Payloads;

/// <summary>
/// Where the fields of an SSZ ExecutionPayload lie, in bytes from its beginning (op-node ssz.go). Integers are little-endian.
/// </summary>
internal static class PayloadLayout
{
    public const int ParentHash = 0;
    public const int FeeRecipient = 32;
    public const int StateRoot = 52;
    public const int ReceiptsRoot = 84;
    public const int LogsBloom = 116;
    public const int PrevRandao = 372;
    public const int BlockNumber = 404;
    public const int GasLimit = 412;
    public const int GasUsed = 420;
    public const int Timestamp = 428;
    public const int ExtraDataOffset = 436;
    public const int BaseFeePerGas = 440;
    public const int BlockHash = 472;
    public const int TransactionsOffset = 504;

    /// <summary>V2 and later.</summary>
    public const int WithdrawalsOffset = 508;

    /// <summary>V3 and later.</summary>
    public const int BlobGasUsed = 512;

    /// <summary>V3 and later.</summary>
    public const int ExcessBlobGas = 520;

    /// <summary>V4. Not where L1's Electra payload has it.</summary>
    public const int WithdrawalsRoot = 528;

    /// <summary>index (8) ‖ validator index (8) ‖ address (20) ‖ amount (8).</summary>
    public const int WithdrawalSize = 44;

    /// <summary>Length of the fixed part, and so the offset of extraData.</summary>
    public static int FixedSize(PayloadVersion version) => version switch
    {
        PayloadVersion.V1 => 508,
        PayloadVersion.V2 => 512,
        PayloadVersion.V3 => 528,
        PayloadVersion.V4 => 560,
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "No such payload version."),
    };
}
