using OpStack.Discv5.Records;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Discv5.Tests.Records.EnrForge;

namespace OpStack.Discv5.Tests.Records;

/// <summary>attack-cases row 8 and what else a record can be made to be. All but the damaged signatures are validly signed.</summary>
[Trait("Row", "8")]
public sealed class EnrHostileTests
{
    private static readonly byte[] Sequence = [0x01];

    [Fact]
    public void What_the_forge_signs_is_good_when_its_items_are() => AssertRead(Sign(Sequence, IdAndKey));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_record_has_at_most_300_bytes(int size, bool isRead)
    {
        byte[] record = OfSize(size);
        Assert.Equal(size, record.Length);
        Assert.Equal(isRead, Enr.TryDecode(record, out _));
    }

    [Fact]
    public void Keys_that_are_not_in_order_are_refused() =>
        AssertRefused(Sign(Sequence, Text("secp256k1"), Text(CompressedKey), Text("id"), Text("v4")));

    [Fact]
    public void A_key_that_stands_twice_is_refused() => AssertRefused(Sign(Sequence, Text("id"), Text("v4"), IdAndKey));

    [Fact]
    public void An_empty_key_is_one_key_and_no_two()
    {
        AssertRead(Sign(Sequence, Text(""), Text("a"), IdAndKey));
        AssertRefused(Sign(Sequence, Text(""), Text("a"), Text(""), Text("a"), IdAndKey));
    }

    [Fact]
    public void A_key_without_a_value_is_refused() => AssertRefused(Sign(Sequence, IdAndKey, Text("tcp")));

    [Fact]
    public void A_key_that_is_a_list_is_refused() => AssertRefused(Sign(Sequence, IdAndKey, List(Text("tcp")), Text("a")));

    [Theory]
    [InlineData("v5")]
    [InlineData("")]
    [InlineData("v4v4")]
    public void Another_identity_scheme_is_refused(string scheme) =>
        AssertRefused(Sign(Sequence, Text("id"), Text(scheme), Text("secp256k1"), Text(CompressedKey)));

    [Fact]
    public void A_scheme_that_is_a_list_is_refused() =>
        AssertRefused(Sign(Sequence, Text("id"), List(Text("v4")), Text("secp256k1"), Text(CompressedKey)));

    [Fact]
    public void A_record_without_scheme_or_key_is_refused()
    {
        AssertRefused(Sign(Sequence, Text("secp256k1"), Text(CompressedKey)));
        AssertRefused(Sign(Sequence, Text("id"), Text("v4")));
        AssertRefused(Sign(Sequence));
        AssertRefused(List([]));
    }

    [Fact]
    public void A_key_that_is_not_compressed_or_not_on_the_curve_is_refused()
    {
        byte[] uncompressed = new byte[Secp256k1PublicKey.UncompressedSize];
        Key.PublicKey.WriteUncompressed(uncompressed);
        AssertRefused(Sign(Sequence, Text("id"), Text("v4"), Text("secp256k1"), Text(uncompressed)));

        byte[] off = [.. CompressedKey[..1], .. Enumerable.Repeat((byte)0xff, 32)];
        AssertRefused(Sign(Sequence, Text("id"), Text("v4"), Text("secp256k1"), Text(off)));
    }

    [Fact]
    public void The_key_of_another_is_refused()
    {
        byte[] other = new byte[Secp256k1PublicKey.CompressedSize];
        KeyOf("66fb62bfbd66b9177a138c1e5cddbe4f7c30c343e94e68df8769459cb1cde628").PublicKey.WriteCompressed(other);
        AssertRefused(Sign(Sequence, Text("id"), Text("v4"), Text("secp256k1"), Text(other)));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("820001")]
    [InlineData("8101")]
    [InlineData("89010000000000000000")]
    [InlineData("c101")]
    public void A_sequence_that_is_no_canonical_64_bit_integer_is_refused(string sequence) =>
        AssertRefused(Sign(Convert.FromHexString(sequence), IdAndKey));

    [Fact]
    public void The_largest_sequence_is_read()
    {
        Assert.True(Enr.TryDecode(Sign(Convert.FromHexString("88ffffffffffffffff"), IdAndKey), out Enr? record));
        Assert.Equal(ulong.MaxValue, record.Sequence);
    }

    [Theory]
    [InlineData("8101", "a byte below 0x80 with a prefix")]
    [InlineData("b80161", "a long length for one byte")]
    [InlineData("c28101", "the same within a list")]
    [InlineData("c3c28101", "the same within a list within a list")]
    [InlineData("c3c1c1c0", "a list that ends within its item")]
    [InlineData("c2c201", "an item longer than its list")]
    public void A_value_that_is_not_canonical_throughout_is_refused(string value, string why)
    {
        Assert.False(CanonicalRlp.IsOneItem(Convert.FromHexString(value)), why);
        AssertRefused(Sign(Sequence, Text("a"), Convert.FromHexString(value), IdAndKey));
    }

    [Fact]
    public void Lists_as_deep_as_the_record_allows_are_walked()
    {
        byte[] deep = [0xc0];
        while (Sign(Sequence, Text("a"), List(deep), IdAndKey).Length <= Enr.MaxSize)
            deep = List(deep);
        AssertRead(Sign(Sequence, Text("a"), deep, IdAndKey));

        // The depth itself, without a record around it.
        byte[] deepest = [0xc0];
        while (List(deepest).Length <= Enr.MaxSize)
            deepest = List(deepest);
        Assert.True(CanonicalRlp.IsOneItem(deepest));
        deepest[^1] = 0xc1;
        Assert.False(CanonicalRlp.IsOneItem(deepest));
    }

    [Fact]
    public void Bytes_behind_the_record_are_refused() => AssertRefused([.. Sign(Sequence, IdAndKey), 0x00]);

    [Fact]
    public void A_high_s_is_refused()
    {
        byte[] record = Sign(Sequence, IdAndKey);
        Assert.True(Enr.TryDecode(record, out Enr? read));
        byte[] signature = read.Signature.ToArray();
        byte[] order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        System.Numerics.BigInteger s = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        System.Numerics.BigInteger high = new System.Numerics.BigInteger(order, isUnsigned: true, isBigEndian: true) - s;
        byte[] highBytes = high.ToByteArray(isUnsigned: true, isBigEndian: true);

        byte[] malleated = [.. record];
        highBytes.CopyTo(malleated, malleated.AsSpan().IndexOf(signature) + 64 - highBytes.Length);
        AssertRefused(malleated);
    }

    [Fact]
    public void No_record_cut_short_is_read() => Assert.All(Mutations.Truncations(Sign(Sequence, IdAndKey)), AssertRefused);

    [Fact]
    public void No_record_with_one_bit_changed_is_read() => Assert.All(Mutations.BitFlips(Sign(Sequence, IdAndKey)), AssertRefused);

    [Fact]
    public void Damaged_records_neither_throw_nor_allocate_more_than_a_record()
    {
        byte[][] seeds = [Sign(Sequence, IdAndKey), OfSize(300), Sign(Sequence, Text("a"), List(List(Text("b"))), IdAndKey)];
        Random random = new(8);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, seeds);
            long allocated = Mutations.AllocatedBy(() => Enr.TryDecode(damaged, out _));
            Assert.True(allocated <= 2048, $"{allocated} bytes for {Convert.ToHexStringLower(damaged)}");
        }
    }

    private static byte[] OfSize(int size) =>
        Enumerable.Range(100, 150).Select(filler => Sign(Sequence, Text("a"), Text(new byte[filler]), IdAndKey))
            .First(record => record.Length == size);

    private static void AssertRead(byte[] record)
    {
        Assert.True(Enr.TryDecode(record, out Enr? read));
        Assert.Equal(record, read.Encoded.ToArray());
    }

    private static void AssertRefused(byte[] record) => Assert.False(Enr.TryDecode(record, out _));
}
