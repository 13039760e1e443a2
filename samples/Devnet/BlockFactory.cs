using System.Buffers.Binary;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Devnet;

/// <summary>
/// The sequencer's block builder: a chain of valid V4 (Isthmus) blocks. Each starts with the L1 attributes deposit, as on a live
/// chain, and is filled with signed-looking EIP-1559 transactions (token transfers, swaps, plain sends) up to the wanted size.
/// </summary>
internal sealed class BlockFactory(ulong chainId, Secp256k1PrivateKey sequencerKey, int blockSize, Random random)
{
    private static readonly Address L1Attributes = Address.Parse("0x4200000000000000000000000000000000000015");
    private static readonly Address FeeVault = Address.Parse("0x4200000000000000000000000000000000000011");
    private static readonly byte[] JovianExtraData = Hex.Decode("01000000fa000000060000000000000000");

    // Fixed part of a V4 payload, its extra data, the parent beacon root and the signature.
    private const int FixedSize = 65 + 32 + 560 + 17;

    private Hash256 _parent = RandomHash(random);
    private ulong _number;

    /// <summary>Builds, hashes and signs the next block, timestamped <paramref name="now"/>.</summary>
    public OpNetworkPayloadEnvelope Next(DateTimeOffset now)
    {
        List<ReadOnlyMemory<byte>> transactions = [Deposit()];
        for (int size = FixedSize + transactions[0].Length + 4; size < blockSize;)
        {
            ReadOnlyMemory<byte> transaction = Transaction(Math.Max(0, blockSize - size));
            transactions.Add(transaction);
            size += transaction.Length + 4;
        }

        Hash256 parentBeaconRoot = RandomHash(random);
        ExecutionPayload payload = new()
        {
            ParentHash = _parent,
            FeeRecipient = FeeVault,
            StateRoot = RandomHash(random),
            ReceiptsRoot = RandomHash(random),
            LogsBloom = RandomBytes(ExecutionPayload.LogsBloomSize),
            PrevRandao = RandomHash(random),
            BlockNumber = ++_number,
            GasLimit = 60_000_000,
            GasUsed = (ulong)Math.Min(60_000_000, 21_000 * transactions.Count),
            Timestamp = (ulong)now.ToUnixTimeSeconds(),
            ExtraData = JovianExtraData,
            BaseFeePerGas = (UInt256)252UL,
            BlockHash = default,
            Transactions = TransactionList.Create(transactions),
            Withdrawals = [],
            BlobGasUsed = 0,
            ExcessBlobGas = 0,
            WithdrawalsRoot = RandomHash(random),
        };
        payload = payload with { BlockHash = payload.ComputeBlockHash(parentBeaconRoot) };
        _parent = payload.BlockHash;
        return OpNetworkPayloadEnvelope.Create(payload, parentBeaconRoot).Sign(sequencerKey, chainId);
    }

    /// <summary>An L1 attributes deposit (type 0x7e): its calldata is mostly small numbers, which snappy likes.</summary>
    private byte[] Deposit()
    {
        byte[] data = new byte[176];
        Hex.Decode("098999be").CopyTo(data, 0);
        BinaryPrimitives.WriteUInt64BigEndian(data.AsSpan(20), _number);
        random.NextBytes(data.AsSpan(68, 96));
        return Typed(0x7e, RandomHash32(), RandomHash32()[..20], Bytes(L1Attributes), [], [], Integer(1_000_000), [], data);
    }

    private byte[] Transaction(int room)
    {
        // Sizes as on a live chain: most are transfers, some swaps, now and then a contract creation.
        int dataSize = random.Next(100) switch
        {
            < 25 => 0,
            < 65 => 68,
            < 90 => random.Next(200, 900),
            < 99 => random.Next(900, 4_000),
            _ => random.Next(4_000, 24_000),
        };
        byte[] data = new byte[Math.Min(dataSize, Math.Max(0, room - 120))];
        for (int at = 0; at < data.Length; at += 32)
        {
            // An ABI word: an address or a hash every other time, else a small number in a field of zeros.
            int used = random.Next(2) == 0 ? Math.Min(32, data.Length - at) : Math.Min(4, data.Length - at);
            random.NextBytes(data.AsSpan(Math.Min(at + 32, data.Length) - used, used));
        }

        return Typed(
            0x02, Integer(chainId), Integer((ulong)random.Next(100_000)), Integer(1_000_000), Integer(1_000_252), Integer(21_000 + (ulong)data.Length * 16),
            RandomHash32()[..20], Integer((ulong)random.NextInt64(1L << 60)), data, null, Integer((ulong)random.Next(2)), RandomHash32(), RandomHash32());
    }

    /// <summary>type ‖ rlp(fields); a null field is the empty access list.</summary>
    private static byte[] Typed(byte type, params byte[]?[] fields)
    {
        int payload = fields.Sum(f => f is null ? 1 : RlpWriter.LengthOfBytes(f));
        byte[] result = new byte[1 + RlpWriter.LengthOfList(payload)];
        result[0] = type;
        RlpWriter rlp = new(result.AsSpan(1));
        rlp.WriteListPrefix(payload);
        foreach (byte[]? field in fields)
        {
            if (field is null)
            {
                rlp.WriteListPrefix(0);
            }
            else
            {
                rlp.WriteBytes(field);
            }
        }

        return result;
    }

    private static byte[] Integer(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes.AsSpan().TrimStart((byte)0).ToArray();
    }

    private static byte[] Bytes(Address address)
    {
        byte[] bytes = new byte[Address.Size];
        address.CopyTo(bytes);
        return bytes;
    }

    private byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] RandomHash32() => RandomBytes(Hash256.Size);

    private static Hash256 RandomHash(Random random)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        random.NextBytes(bytes);
        return new Hash256(bytes);
    }
}
