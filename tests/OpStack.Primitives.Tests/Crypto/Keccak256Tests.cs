using System.Security.Cryptography;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto;

namespace OpStack.Primitives.Tests.Crypto;

public class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("hello", "1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    [InlineData("The quick brown fox jumps over the lazy dog", "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    public void Published_vectors(string text, string expected) => Assert.Equal(expected, Hash(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Payload_hash_of_the_op_node_signing_test()
    {
        using var vectors = Vectors.Json("op-node.json");
        var signing = vectors.RootElement.GetProperty("signing")[0];
        byte[] payload = System.Text.Encoding.ASCII.GetBytes(signing.GetProperty("payload_ascii").GetString()!);
        Assert.Equal(signing.GetProperty("payload_hash").GetString(), Hash(payload));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    [InlineData(200)]
    [InlineData(271)]
    [InlineData(272)]
    [InlineData(1_000_000)]
    public void Equals_the_step_by_step_version(int length)
    {
        byte[] data = Random(length);
        Assert.Equal(Convert.ToHexStringLower(NaiveKeccak.Hash256(data, 0x01)), Hash(data));
    }

    [Fact]
    public void Equals_SHA3_256_when_padded_with_6()
    {
        byte[] hash = new byte[32];
        for (int length = 0; length <= 300; length++)
        {
            byte[] data = Random(length);
            Keccak256.Hash(data, hash, 0x06);
            byte[] expected = SHA3_256.IsSupported ? SHA3_256.HashData(data) : NaiveKeccak.Hash256(data, 0x06);
            Assert.Equal(expected, hash);
        }
    }

    [Fact]
    public void Pieces_of_any_size_give_the_hash_of_the_whole()
    {
        byte[] data = Random(700);
        string expected = Hash(data);
        byte[] hash = new byte[32];
        Keccak256Hasher hasher = default;
        for (int piece = 1; piece <= 300; piece++)
        {
            for (int i = 0; i < data.Length; i += piece)
                hasher.Append(data.AsSpan(i, Math.Min(piece, data.Length - i)));
            hasher.GetHashAndReset(hash);
            Assert.Equal(expected, Convert.ToHexStringLower(hash));
        }
    }

    [Fact]
    public void A_copied_hasher_continues_on_its_own()
    {
        Keccak256Hasher hasher = default;
        hasher.Append("ab"u8);
        Keccak256Hasher copy = hasher;
        hasher.Append("d"u8);
        copy.Append("c"u8);
        byte[] hash = new byte[32];
        copy.GetHashAndReset(hash);
        Assert.Equal("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void The_destination_may_overlap_the_data()
    {
        byte[] buffer = Random(200);
        string expected = Hash(buffer.AsSpan(0, 150).ToArray());
        Keccak256.Hash(buffer.AsSpan(0, 150), buffer.AsSpan(100, 32));
        Assert.Equal(expected, Convert.ToHexStringLower(buffer.AsSpan(100, 32)));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void A_destination_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => Keccak256.Hash([], new byte[length]));

    private static string Hash(byte[] data)
    {
        byte[] hash = new byte[32];
        Keccak256.Hash(data, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static byte[] Random(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }
}
