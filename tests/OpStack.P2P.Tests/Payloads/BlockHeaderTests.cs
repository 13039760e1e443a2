using System.Text.Json;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Tests.Payloads;

public sealed class BlockHeaderTests
{
    [Fact]
    public void The_header_of_OP_Mainnet_block_149340000_hashes_to_its_hash()
    {
        JsonElement vector = OpNodeVectors.Section("header");
        byte[] rlp = vector.Bytes("rlp");
        Assert.Equal(vector.Hash("keccak"), Keccak256.Hash(rlp));
        List<byte[]> fields = Strings(rlp);
        Assert.Equal(21, fields.Count);

        ExecutionPayload payload = new()
        {
            ParentHash = new Hash256(fields[0]),
            FeeRecipient = new Address(fields[2]),
            StateRoot = new Hash256(fields[3]),
            ReceiptsRoot = new Hash256(fields[5]),
            LogsBloom = fields[6],
            PrevRandao = new Hash256(fields[13]),
            BlockNumber = Number(fields[8]),
            GasLimit = Number(fields[9]),
            GasUsed = Number(fields[10]),
            Timestamp = Number(fields[11]),
            ExtraData = fields[12],
            BaseFeePerGas = UInt256.FromBigEndian(fields[15]),
            BlockHash = vector.Hash("keccak"),
            Transactions = TransactionList.Empty,
            Withdrawals = [],
            BlobGasUsed = Number(fields[17]),
            ExcessBlobGas = Number(fields[18]),
            WithdrawalsRoot = new Hash256(fields[16]),
        };

        Assert.Equal(vector.GetProperty("number").GetUInt64(), payload.BlockNumber);
        Assert.Equal(payload.BlockHash, BlockHeader.ComputeHash(payload, new Hash256(fields[4]), new Hash256(fields[19])));
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Every_field_of_the_header_changes_the_hash(PayloadVersion version)
    {
        ExecutionPayload payload = TestBlocks.Payload(version, [1, 2, 3]);
        Hash256 other = Hash256.Parse(new string('a', 64));
        byte[] bloom = payload.LogsBloom.ToArray();
        bloom[17] = 1;
        List<ExecutionPayload> changed =
        [
            payload,
            payload with { ParentHash = other },
            payload with { FeeRecipient = default },
            payload with { StateRoot = other },
            payload with { ReceiptsRoot = other },
            payload with { LogsBloom = bloom },
            payload with { PrevRandao = other },
            payload with { BlockNumber = 1 },
            payload with { GasLimit = 1 },
            payload with { GasUsed = 1 },
            payload with { Timestamp = 1 },
            payload with { ExtraData = new byte[] { 1 } },
            payload with { BaseFeePerGas = UInt256.MaxValue },
            payload with { Transactions = TransactionList.Empty },
        ];
        if (version is PayloadVersion.V2 or PayloadVersion.V3)
        {
            changed.Add(payload with { Withdrawals = [new Withdrawal(1, 2, default, 3)] });
            changed.Add(payload with { Withdrawals = [new Withdrawal(1, 2, default, 4)] });
        }

        if (version >= PayloadVersion.V3)
        {
            changed.Add(payload with { BlobGasUsed = 1 });
            changed.Add(payload with { ExcessBlobGas = 1 });
        }

        if (version >= PayloadVersion.V4)
        {
            changed.Add(payload with { WithdrawalsRoot = other });
        }

        Hash256[] hashes = [.. changed.Select(block => block.ComputeBlockHash(TestBlocks.Root(version)))];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(version >= PayloadVersion.V3, payload.ComputeBlockHash(other) != hashes[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void The_withdrawals_root_equals_the_naive_tries(int count)
    {
        Withdrawal[] withdrawals = [.. Enumerable.Range(0, count).Select(i => new Withdrawal((ulong)i, 300, TestBlocks.Sequencer, 70_000))];
        byte[] address = new byte[Address.Size];
        TestBlocks.Sequencer.CopyTo(address);
        byte[][] items = [.. withdrawals.Select(w =>
            NaiveTrie.List(NaiveTrie.Rlp((int)w.Index), NaiveTrie.Rlp(300), NaiveTrie.String(address), NaiveTrie.Rlp(70_000)))];

        Assert.Equal(NaiveTrie.Root(items), BlockHeader.WithdrawalsRoot(withdrawals));
    }

    [Fact]
    public void A_missing_field_is_named()
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4);

        Assert.Equal("parentBeaconBlockRoot", Assert.Throws<PayloadEncodingException>(() => payload.ComputeBlockHash(null)).Field);
        Assert.Equal("blobGasUsed", Assert.Throws<PayloadEncodingException>(
            () => (payload with { BlobGasUsed = null }).ComputeBlockHash(TestBlocks.ParentBeaconBlockRoot)).Field);
    }

    private static ulong Number(byte[] bigEndian) => bigEndian.Aggregate(0UL, (value, digit) => (value << 8) | digit);

    /// <summary>The strings of a flat RLP list.</summary>
    private static List<byte[]> Strings(byte[] rlp)
    {
        List<byte[]> strings = [];
        int position = 1 + (rlp[0] - 0xF7);
        while (position < rlp.Length)
        {
            int tag = rlp[position++];
            (int start, int length) = tag switch
            {
                < 0x80 => (position - 1, 1),
                < 0xB8 => (position, tag - 0x80),
                _ => (position + tag - 0xB7, (int)Number(rlp[position..(position + tag - 0xB7)])),
            };
            strings.Add(rlp[start..(start + length)]);
            position = start + length;
        }

        return strings;
    }
}
