using System.Buffers.Binary;
using System.Text;
using OpStack.Libp2p.Connections.Naming;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections.Naming;

public sealed class DnsTextMessageTests
{
    private const ushort Id = 0x1234;

    [Fact]
    public void A_question_has_the_bytes_of_RFC_1035_and_6891()
    {
        Assert.True(DnsTextMessage.TryWriteQuestion("_dnsaddr.a.test", Id, out byte[] question));
        Assert.Equal(
            "1234" + "0100" + "0001" + "0000" + "0000" + "0001" // Recursion desired; one question, one additional record.
            + "085f646e7361646472" + "0161" + "0474657374" + "00" + "0010" + "0001" // TXT, IN.
            + "00" + "0029" + "04d0" + "00000000" + "0000", // OPT, 1,232 bytes.
            Convert.ToHexStringLower(question));
        Assert.True(DnsTextMessage.TryWriteQuestion("_dnsaddr.a.test.", Id, out byte[] rooted));
        Assert.Equal(question, rooted);
    }

    [Fact]
    public void What_is_no_host_name_is_not_asked()
    {
        string label = new('a', 63);
        Assert.True(DnsTextMessage.TryWriteQuestion($"{label}.{label}.{label}.{label[..61]}", Id, out _));
        Assert.All(
            new[] { "", ".", "a..b", label + "a", $"{label}.{label}.{label}.{label[..62]}", "bücher.test", new string('a', 100_000) },
            name => Assert.False(DnsTextMessage.TryWriteQuestion(name, Id, out _)));
    }

    [Fact]
    public void Records_are_read_behind_an_alias_and_in_parts()
    {
        // The answer of a resolver: CNAME to c.test, and two records there, one of two strings.
        byte[] answer = Answer(0x8180, Record(5, "016304746573740000"[..^2]), Record(16, "03" + Hex("one")), Record(16, "02" + Hex("tw") + "01" + Hex("o")));

        Assert.Equal(DnsAnswer.Records, DnsTextMessage.Read(answer, Question, out IReadOnlyList<string> texts));
        Assert.Equal(["one", "two"], texts);
    }

    [Theory]
    [InlineData(0x8180, (int)DnsAnswer.Records)] // No records.
    [InlineData(0x8183, (int)DnsAnswer.Records)] // No such name.
    [InlineData(0x8182, (int)DnsAnswer.Failed)] // Server failure.
    [InlineData(0x8185, (int)DnsAnswer.Failed)] // Refused.
    [InlineData(0x8380, (int)DnsAnswer.Failed)] // Truncated.
    [InlineData(0x0100, (int)DnsAnswer.NotOurs)] // A question.
    public void The_code_says_what_an_empty_answer_means(int flags, int expected)
    {
        Assert.Equal((DnsAnswer)expected, DnsTextMessage.Read(Answer((ushort)flags), Question, out IReadOnlyList<string> texts));
        Assert.Empty(texts);
    }

    [Fact]
    public void An_answer_to_another_question_is_passed_over()
    {
        byte[] otherId = Answer(0x8180, Record(16, "0161")), otherName = Answer(0x8180, Record(16, "0161"));
        otherId[0] ^= 1;
        otherName[13] ^= 1;
        Assert.Equal(DnsAnswer.NotOurs, DnsTextMessage.Read(otherId, Question, out _));
        Assert.Equal(DnsAnswer.NotOurs, DnsTextMessage.Read(otherName, Question, out _));
        byte[] otherCase = Answer(0x8180, Record(16, "0161"));
        otherCase[13] ^= 0x20;
        Assert.Equal(DnsAnswer.Records, DnsTextMessage.Read(otherCase, Question, out _));
    }

    [Fact]
    public void Damaged_answers_never_throw_and_give_no_more_than_they_hold()
    {
        byte[] valid = Answer(0x8180, Record(5, "0163c00c"), Record(16, "03" + Hex("one") + "00"), Record(16, "02" + Hex("tw")));
        Random random = new(1);
        IEnumerable<byte[]> damaged = Mutations.Truncations(valid).Concat(Mutations.BitFlips(valid))
            .Concat(Enumerable.Range(0, 20_000).Select(_ => Mutations.Mutate(random, [valid])));
        foreach (byte[] message in damaged)
        {
            DnsTextMessage.Read(message, Question, out IReadOnlyList<string> texts);
            Assert.True(texts.Sum(t => t.Length) <= message.Length);
        }
    }

    internal static byte[] AnswerTo(byte[] question, ushort flags, params byte[][] records)
    {
        // Question and additional counts as asked; records owned by a pointer to the question's name.
        byte[] message = [.. question[..^11], .. records.SelectMany(r => r)];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), flags);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)records.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), 0);
        return message;
    }

    internal static byte[] TextRecord(string text) => Record(16, Convert.ToHexString([(byte)text.Length]) + Hex(text));

    private static byte[] Question => DnsTextMessage.TryWriteQuestion("a.test", Id, out byte[] question) ? question : throw new InvalidOperationException();

    private static byte[] Answer(ushort flags, params byte[][] records) => AnswerTo(Question, flags, records);

    private static byte[] Record(ushort type, string dataHex) =>
        Convert.FromHexString($"c00c{type:x4}00010000003c{dataHex.Length / 2:x4}{dataHex}");

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
