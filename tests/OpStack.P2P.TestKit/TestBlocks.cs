using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.TestKit;

/// <summary>Valid blocks of every version to begin a test with.</summary>
public static class TestBlocks
{
    public const ulong Timestamp = 1_764_691_203;

    public static readonly Hash256 ParentBeaconBlockRoot = Hash256.Parse(new string('6', 64));

    /// <summary>The address of <see cref="NewSequencerKey"/>.</summary>
    public static readonly Address Sequencer = Address.Parse("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");

    /// <summary>Every version, as the data of a theory.</summary>
    public static IEnumerable<object[]> Versions => Enum.GetValues<PayloadVersion>().Select(version => new object[] { version });

    public static Secp256k1PrivateKey NewSequencerKey() => NewKey(0x46);

    public static Secp256k1PrivateKey NewKey(byte filledWith)
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        Array.Fill(secret, filledWith);
        return Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key) ? key : throw new ArgumentException("no key", nameof(filledWith));
    }

    /// <summary>A block with a true hash.</summary>
    public static ExecutionPayload Payload(PayloadVersion version, params byte[][] transactions) => Rehash(new ExecutionPayload
    {
        ParentHash = Hash256.Parse(new string('1', 64)),
        FeeRecipient = Address.Parse("4200000000000000000000000000000000000011"),
        StateRoot = Hash256.Parse(new string('2', 64)),
        ReceiptsRoot = Hash256.Parse(new string('3', 64)),
        LogsBloom = new byte[ExecutionPayload.LogsBloomSize],
        PrevRandao = Hash256.Parse(new string('4', 64)),
        BlockNumber = 123_456,
        GasLimit = 60_000_000,
        GasUsed = 46_213,
        Timestamp = Timestamp,
        ExtraData = new byte[] { 0, 0, 0, 0, 250, 0, 0, 0, 6 },
        BaseFeePerGas = 252,
        BlockHash = default,
        Transactions = TransactionList.Create([.. transactions.Select(tx => (ReadOnlyMemory<byte>)tx)]),
        Withdrawals = version >= PayloadVersion.V2 ? [] : null,
        BlobGasUsed = version >= PayloadVersion.V3 ? 0UL : null,
        ExcessBlobGas = version >= PayloadVersion.V3 ? 0UL : null,
        WithdrawalsRoot = version >= PayloadVersion.V4 ? Hash256.Parse(new string('5', 64)) : null,
    });

    /// <summary>A signed block of about <paramref name="size"/> decompressed bytes, stamped with the present time.</summary>
    public static OpNetworkPayloadEnvelope SignedNow(PayloadVersion version, ulong chainId, Secp256k1PrivateKey key, ulong number, int size) =>
        SignedAt((ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(), version, chainId, key, number, size);

    /// <summary>The same, stamped with a time of choice (unix seconds).</summary>
    public static OpNetworkPayloadEnvelope SignedAt(
        ulong timestamp, PayloadVersion version, ulong chainId, Secp256k1PrivateKey key, ulong number, int size)
    {
        // Half noise, half zero bytes: compresses about as calldata does.
        Random random = new((int)number);
        List<byte[]> transactions = [];
        for (int left = size - BlockSignature.Size - Envelope(Payload(version)).Body.Length - 4; left > 0;)
        {
            byte[] transaction = new byte[Math.Min(left, 120 + (transactions.Count * 37 % 4_000))];
            random.NextBytes(transaction.AsSpan(0, (transaction.Length / 2) + 1));
            transactions.Add(transaction);
            left -= transaction.Length + 4;
        }

        ExecutionPayload payload = Payload(version, [.. transactions]) with
        {
            BlockNumber = number,
            Timestamp = timestamp,
        };
        return Envelope(Rehash(payload)).Sign(key, chainId);
    }

    /// <summary>The same with the hash that belongs to it now.</summary>
    public static ExecutionPayload Rehash(ExecutionPayload payload) => payload with { BlockHash = payload.ComputeBlockHash(Root(payload.Version)) };

    public static Hash256? Root(PayloadVersion version) => version >= PayloadVersion.V3 ? ParentBeaconBlockRoot : null;

    public static OpNetworkPayloadEnvelope Envelope(ExecutionPayload payload) => OpNetworkPayloadEnvelope.Create(payload, Root(payload.Version));

    /// <summary>The SSZ of a payload.</summary>
    public static byte[] Ssz(ExecutionPayload payload) => Envelope(payload).Body[(Root(payload.Version) is null ? 0 : Hash256.Size)..].ToArray();

    /// <summary>A decompressed message, signed or not.</summary>
    public static byte[] Message(OpNetworkPayloadEnvelope envelope)
    {
        byte[] message = new byte[BlockSignature.Size + envelope.Body.Length];
        envelope.Signature.CopyTo(message);
        envelope.Body.CopyTo(message.AsMemory(BlockSignature.Size));
        return message;
    }
}
