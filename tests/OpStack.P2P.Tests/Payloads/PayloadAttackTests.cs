using System.Buffers.Binary;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Payloads;

/// <summary>attack-cases.md rows 4 to 6, op-service/eth/ssz_test.go, and mutation of the SSZ codec.</summary>
public sealed class PayloadAttackTests
{

    [Theory]
    [Trait("Row", "4")]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_corrupted_offset_is_refused_without_allocating(PayloadVersion version)
    {
        byte[] ssz = TestBlocks.Ssz(TestBlocks.Payload(version, [1, 2, 3], [4, 5, 6]));
        int fixedSize = PayloadLayout.FixedSize(version);
        foreach (int position in OffsetPositions(version))
        {
            foreach (uint offset in new[] { 0u, (uint)fixedSize - 1, (uint)ssz.Length + 1, uint.MaxValue, (uint)int.MaxValue + 1 })
            {
                AssertRefused(version, ssz, position, offset);
            }
        }
    }

    [Theory]
    [Trait("Row", "4")]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_corrupted_transaction_offset_is_refused_without_allocating(PayloadVersion version)
    {
        ExecutionPayload payload = TestBlocks.Payload(version, [1, 2, 3], [4, 5, 6], [7]);
        byte[] ssz = TestBlocks.Ssz(payload);
        int section = PayloadLayout.FixedSize(version) + payload.ExtraData.Length;
        int sectionLength = payload.Transactions.Section.Length;

        // TestOPB01: a first offset of zero. Then: no multiple of four, beyond the section, decreasing.
        foreach (uint first in new uint[] { 0, 1, 2, 3, 13, (uint)sectionLength + 1, (uint)sectionLength + 4, uint.MaxValue, 0x4000_0000 })
        {
            AssertRefused(version, ssz, section, first);
        }

        foreach (uint later in new uint[] { 0, 11, (uint)sectionLength + 1, uint.MaxValue })
        {
            AssertRefused(version, ssz, section + 4, later);
            AssertRefused(version, ssz, section + 8, later);
        }

        AssertRefused(version, ssz, section + 8, 14);
    }

    [Fact]
    [Trait("Row", "5")]
    public void Two_to_the_thirty_declared_transactions_in_a_few_bytes_are_refused_without_allocating()
    {
        byte[] ssz = [.. TestBlocks.Ssz(TestBlocks.Payload(PayloadVersion.V1)), .. new byte[100]];
        int section = PayloadLayout.FixedSize(PayloadVersion.V1) + 9;
        foreach (uint count in new uint[] { 26, 1 << 20, (1 << 20) + 1, (1 << 30) - 1 })
        {
            AssertRefused(PayloadVersion.V1, ssz, section, count * 4);
        }
    }

    [Theory]
    [Trait("Row", "5")]
    [InlineData(1 << 20, PayloadDecodeError.None)]
    [InlineData((1 << 20) + 1, PayloadDecodeError.TooManyTransactions)]
    public void The_count_of_transactions_is_bounded(int count, PayloadDecodeError expected)
    {
        // Empty transactions: every offset is the section's length.
        byte[] section = new byte[count * 4];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(i * 4), section.Length);
        }

        Assert.Equal(expected == PayloadDecodeError.None, TransactionList.TryRead(section, out TransactionList transactions, out PayloadDecodeError error));
        Assert.Equal(expected, error);
        Assert.Equal(expected == PayloadDecodeError.None ? count : 0, transactions.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_transactions_section_shorter_than_an_offset_is_refused(int length)
    {
        Assert.False(TransactionList.TryRead(new byte[length], out _, out PayloadDecodeError error));
        Assert.Equal(PayloadDecodeError.TransactionsTooShort, error);
    }

    [Theory]
    [InlineData(32, PayloadDecodeError.None)]
    [InlineData(33, PayloadDecodeError.ExtraDataTooLarge)]
    public void Extra_data_is_bounded(int length, PayloadDecodeError expected)
    {
        // TestOPB04.
        byte[] ssz = TestBlocks.Ssz(TestBlocks.Payload(PayloadVersion.V1) with { ExtraData = default });
        byte[] longer = [.. ssz, .. new byte[length]];
        BinaryPrimitives.WriteInt32LittleEndian(longer.AsSpan(PayloadLayout.TransactionsOffset), longer.Length);

        Assert.Equal(expected == PayloadDecodeError.None, PayloadReader.TryRead(PayloadVersion.V1, longer, out _, out PayloadDecodeError error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_payload_of_another_version_has_a_bad_extra_data_offset()
    {
        // TestFailsWrongVersionWithWithdrawalRoot, for all pairs.
        foreach (PayloadVersion version in Enum.GetValues<PayloadVersion>())
        {
            byte[] ssz = TestBlocks.Ssz(TestBlocks.Payload(version, new byte[100]));
            foreach (PayloadVersion other in Enum.GetValues<PayloadVersion>().Where(other => other != version))
            {
                Assert.False(PayloadReader.TryRead(other, ssz, out _, out PayloadDecodeError error));
                Assert.Equal(PayloadDecodeError.BadExtraDataOffset, error);
            }
        }
    }

    /// <summary>
    /// SSZ itself does not hold the total length: the last part simply ends where the data does. What is left of a transaction or is
    /// taken for a withdrawal shows in the block hash and in the rule that L2 blocks have no withdrawals, so those are part of the
    /// statement.
    /// </summary>
    [Theory]
    [Trait("Row", "6")]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Only_the_exact_length_is_a_valid_block(PayloadVersion version)
    {
        byte[] ssz = TestBlocks.Ssz(TestBlocks.Payload(version, [1, 2, 3], [4, 5, 6], new byte[50]));
        Assert.True(IsValidBlock(version, ssz));
        byte[] extended = [.. ssz, .. new byte[800]];
        for (int length = 0; length <= extended.Length; length++)
        {
            Assert.Equal(length == ssz.Length, IsValidBlock(version, extended.AsMemory(0, length)));
        }
    }

    [Theory]
    [Trait("Row", "6")]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void A_cut_payload_decodes_only_where_nothing_follows_the_transactions(PayloadVersion version)
    {
        byte[] ssz = TestBlocks.Ssz(TestBlocks.Payload(version, [1, 2, 3]));
        for (int length = 0; length < ssz.Length; length++)
        {
            // One transaction of 3 bytes after its offset of 4: cut inside it, or before the section.
            bool decodes = version == PayloadVersion.V1 && (length >= ssz.Length - 3 || length == ssz.Length - 7);
            Assert.Equal(decodes, PayloadReader.TryRead(version, ssz.AsMemory(0, length), out _, out _));
        }
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void What_a_mutated_payload_decodes_to_encodes_to_the_same_bytes(PayloadVersion version)
    {
        Random random = new(4_711 + (int)version);
        byte[] seed = TestBlocks.Ssz(TestBlocks.Payload(version, [1, 2, 3], [], [4, 5, 6, 7]));
        int[] offsets = [.. OffsetPositions(version)];
        int accepted = 0;
        const int Rounds = 30_000;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] data = Mutate(random, seed, offsets);
            if (PayloadReader.TryRead(version, data, out ExecutionPayload? payload, out PayloadDecodeError error))
            {
                accepted++;
                byte[] again = new byte[PayloadWriter.LengthOf(payload, version)];
                PayloadWriter.Write(payload, version, again);
                Assert.Equal(data, again);
            }
            else
            {
                Assert.NotEqual(PayloadDecodeError.None, error);
            }
        }

        Assert.InRange(accepted, Rounds / 100, Rounds * 99 / 100);
    }

    private static byte[] Mutate(Random random, byte[] seed, int[] offsets)
    {
        byte[] data = seed;
        switch (random.Next(4))
        {
            case 0:
                data = seed[..random.Next(seed.Length + 1)];
                break;
            case 1:
                data = [.. seed, .. new byte[random.Next(100)]];
                break;
            case 2:
                data = [.. seed];
                BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(offsets[random.Next(offsets.Length)]), random.Next(seed.Length + 4));
                break;
            default:
                data = [.. seed];
                data[^random.Next(1, 40)] = (byte)random.Next(256);
                break;
        }

        return data;
    }

    private static bool IsValidBlock(PayloadVersion version, ReadOnlyMemory<byte> ssz) =>
        PayloadReader.TryRead(version, ssz, out ExecutionPayload? payload, out _)
        && payload.ComputeBlockHash(TestBlocks.Root(version)) == payload.BlockHash
        && payload.Withdrawals is not { Count: > 0 };

    private static void AssertRefused(PayloadVersion version, byte[] ssz, int position, uint value)
    {
        byte[] data = [.. ssz];
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(position), value);

        bool decodes = true;
        PayloadDecodeError error = default;
        long allocated = Mutations.AllocatedBy(() => decodes = PayloadReader.TryRead(version, data, out _, out error));

        Assert.False(decodes, $"{value} at {position}");
        Assert.NotEqual(PayloadDecodeError.None, error);
        Assert.InRange(allocated, 0, 1_024);
    }

    private static IEnumerable<int> OffsetPositions(PayloadVersion version)
    {
        yield return PayloadLayout.ExtraDataOffset;
        yield return PayloadLayout.TransactionsOffset;
        if (version >= PayloadVersion.V2)
        {
            yield return PayloadLayout.WithdrawalsOffset;
        }
    }
}
