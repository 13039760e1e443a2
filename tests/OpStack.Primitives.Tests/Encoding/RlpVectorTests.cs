using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

/// <summary>The vectors of the Ethereum wiki and of ethereum/tests (RLPTests/rlptest.json).</summary>
public class RlpVectorTests
{
    private const string Lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

    public static TheoryData<string, string> Strings => new()
    {
        { "", "80" },
        { "dog", "83646f67" },
        { "\0", "00" },
        { "\u0001", "01" },
        { "\u007f", "7f" },
        { "Lorem ipsum dolor sit amet, consectetur adipisicing eli", "b7" + Hex.Encode(System.Text.Encoding.ASCII.GetBytes(Lorem[..55])) },
        { Lorem, "b838" + Hex.Encode(System.Text.Encoding.ASCII.GetBytes(Lorem)) },
        { new string('a', 1024), "b90400" + string.Concat(Enumerable.Repeat("61", 1024)) },
    };

    public static TheoryData<string, string> Integers => new()
    {
        { "0", "80" },
        { "1", "01" },
        { "16", "10" },
        { "79", "4f" },
        { "127", "7f" },
        { "128", "8180" },
        { "1000", "8203e8" },
        { "1024", "820400" },
        { "100000", "830186a0" },
        { "18446744073709551615", "88ffffffffffffffff" },
        { "18446744073709551616", "89010000000000000000" },
        { "83729609699884896815286331701780722", "8f102030405060708090a0b0c0d0e0f2" },
        {
            "105315505618206987246253880190783558935785933862974822347068935681",
            "9c0100020003000400050006000700080009000a000b000c000d000e01"
        },
        { UInt256.MaxValue.ToString(), "a0" + new string('f', 64) },
    };

    [Theory]
    [MemberData(nameof(Strings))]
    public void String_vectors(string text, string encoded) => Check(Text(text), encoded);

    [Theory]
    [MemberData(nameof(Integers))]
    public void Integer_vectors(string text, string encoded)
    {
        UInt256 value = UInt256.Parse(text);
        byte[] expected = Hex.Decode(encoded);
        byte[] buffer = new byte[expected.Length];

        Assert.Equal(expected.Length, RlpWriter.LengthOfUInt256(value));
        RlpWriter wide = new(buffer);
        wide.WriteUInt256(value);
        Assert.Equal(expected, buffer);
        Assert.True(new RlpReader(expected).TryReadUInt256(out UInt256 read));
        Assert.Equal(value, read);

        bool narrow = value.TryToUInt64(out ulong low);
        Assert.Equal(narrow, new RlpReader(expected).TryReadUInt64(out ulong read64));
        if (!narrow)
            return;

        Assert.Equal(low, read64);
        Assert.Equal(expected.Length, RlpWriter.LengthOfUInt64(low));
        Array.Clear(buffer);
        RlpWriter writer = new(buffer);
        writer.WriteUInt64(low);
        Assert.Equal(expected, buffer);
    }

    [Fact]
    public void List_vectors()
    {
        RlpTree empty = RlpTree.List();
        Check(empty, "c0");
        Check(RlpTree.List(Text("dog"), Text("god"), Text("cat")), "cc83646f6783676f6483636174");
        Check(RlpTree.List(Text("cat"), Text("dog")), "c88363617483646f67");
        Check(RlpTree.List(Text("zw"), RlpTree.List(Number(4)), Number(1)), "c6827a77c10401");
        Check(RlpTree.List(RlpTree.List(empty, empty), empty), "c4c2c0c0c0");
        // The set-theoretic representation of three, from the wiki.
        Check(RlpTree.List(empty, RlpTree.List(empty), RlpTree.List(empty, RlpTree.List(empty))), "c7c0c1c0c3c0c1c0");
        Check(
            RlpTree.List([.. new[] { "asdf", "qwer", "zxcv", "asdf", "qwer", "zxcv", "asdf", "qwer", "zxcv", "asdf", "qwer" }.Select(Text)]),
            "f784617364668471776572847a78637684617364668471776572847a78637684617364668471776572847a78637684617364668471776572");
        RlpTree row = RlpTree.List(Text("asdf"), Text("qwer"), Text("zxcv"));
        Check(RlpTree.List(row, row, row, row), "f840" + Repeat("cf84617364668471776572847a786376", 4));
        Check(RlpTree.List([.. Enumerable.Repeat(row, 32)]), "f90200" + Repeat("cf84617364668471776572847a786376", 32));
    }

    [Fact]
    public void A_real_block_header_is_read_field_by_field_and_written_again()
    {
        using JsonDocument vectors = Vectors.Json("op-node.json");
        byte[] encoded = Hex.Decode(Find(vectors.RootElement, "rlp")!);

        RlpReader outer = new(encoded);
        Assert.True(outer.TryReadList(out RlpReader header));
        Assert.True(outer.IsAtEnd);
        Assert.True(header.TryReadHash256(out Hash256 parent));
        Assert.Equal("0x0f1e79f99b07055dcd154a07f5c9e031d82376245ed1ea9c57c51a77cab94f47", parent.ToString());
        Assert.True(header.TrySkip());
        Assert.True(header.TryReadAddress(out Address feeRecipient));
        Assert.Equal("0x4200000000000000000000000000000000000011", feeRecipient.ToString());
        for (int i = 0; i < 5; i++)
            Assert.True(header.TrySkip());
        Assert.True(header.TryReadUInt64(out ulong number));
        Assert.Equal(149340000UL, number);
        for (int i = 9; i < 21; i++)
            Assert.True(header.TrySkip());
        Assert.True(header.IsAtEnd);

        Assert.Equal(encoded, RlpTree.Read(encoded)!.Write());
    }

    private static void Check(RlpTree tree, string encoded)
    {
        Assert.Equal(encoded, Hex.Encode(tree.Write()));
        Assert.Equal(encoded, Hex.Encode(RlpTree.Read(Hex.Decode(encoded))!.Write()));
    }

    private static RlpTree Text(string text) => RlpTree.Of(System.Text.Encoding.ASCII.GetBytes(text));

    private static RlpTree Number(byte value) => RlpTree.Of([value]);

    private static string Repeat(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));

    private static string? Find(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().Select(e => Find(e, name)).FirstOrDefault(found => found is not null);
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        return element.TryGetProperty(name, out JsonElement value)
            ? value.GetString()
            : element.EnumerateObject().Select(p => Find(p.Value, name)).FirstOrDefault(found => found is not null);
    }
}
