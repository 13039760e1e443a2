using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Client;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>
/// A server's answer to each of our client's calls. The first byte says what was asked; the answer is what follows it.
/// <see cref="OpP2PRpcException"/> is what the reader declares to throw.
/// </summary>
internal sealed class RpcAnswerCodec : FuzzCodec
{
    private const long Id = 1;

    private static readonly Question[] Questions =
    [
        new Question<PeerInfo>(RpcJson.Default.PeerInfo, RpcValues.Info),
        new Question<PeerDump>(RpcJson.Default.PeerDump, RpcValues.Dump),
        new Question<PeerStats>(RpcJson.Default.PeerStats, RpcValues.Stats),
        new Question<PeerCount>(RpcJson.Default.PeerCount, RpcValues.Count),
        new Question<ScoreExplanation>(RpcJson.Default.ScoreExplanation, RpcValues.Explanation),
        new Question<BandwidthReport>(RpcJson.Default.BandwidthReport, RpcValues.Bandwidth),
        new Question<IReadOnlyList<BanInfo>>(RpcJson.Default.IReadOnlyListBanInfo, RpcValues.Bans),
        new Question<IReadOnlyDictionary<string, TopicMesh>>(RpcJson.Default.IReadOnlyDictionaryStringTopicMesh, RpcValues.Mesh),
        new Question<IReadOnlyList<string>>(RpcJson.Default.IReadOnlyListString, random => random.Some(() => random.Word(random.Next(30)))),
        new Question<IReadOnlyList<PeerId>>(RpcJson.Default.IReadOnlyListPeerId, random => random.Some(random.Peer)),
        new Question<IReadOnlyList<IPAddress>>(RpcJson.Default.IReadOnlyListIPAddress, random => random.Some(random.Ip)),
        new Question<IReadOnlyList<IPNetwork>>(RpcJson.Default.IReadOnlyListIPNetwork, random => random.Some(random.Subnet)),
        new Change(),
    ];

    private Question _question = Questions[0];
    private byte[] _answer = [];
    private object? _value;
    private string _refusal = "";

    public override string Name => "rpc-answer";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. from question in Enumerable.Range(0, Questions.Length) from seed in new[] { 1, 2 } select Answered(question, new Random(seed))];

    // A document of tokens, an object for every entry, and at worst an exception with a message and a trace.
    public override long AllocationBudget(int length) => (16 * FixedBudget) + (200L * length);

    public override void Prepare(byte[] input)
    {
        _question = Questions[input.Length == 0 ? 0 : input[0] % Questions.Length];
        _answer = input.Length == 0 ? input : input[1..];
    }

    public override bool TryDecode(byte[] input)
    {
        try
        {
            _value = _question.Read(_answer);
            return true;
        }
        catch (OpP2PRpcException e)
        {
            _refusal = e.Message;
            return false;
        }
    }

    public override string? FindBrokenProperty(byte[] input)
    {
        byte[] once = _question.Write(_value!);
        return _question.Write(_question.Read(once)).AsSpan().SequenceEqual(once) ? null : "answered again it is another";
    }

    public override string? FindBrokenRefusal(byte[] input) =>
        _refusal.Length > RpcLimits.MaxErrorText + 100 ? $"a refusal of {_refusal.Length} characters"
        : _refusal.Any(char.IsControl) ? "a refusal with control characters"
        : null;

    public override byte[] Generate(Random random) => Answered(random.Next(Questions.Length), random);

    public override string? FindLoss(byte[] generated) => Difference([generated[0], .. _question.Write(_value!)], generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) =>
        valid.Length == 0 ? valid
        : [
            random.Next(50) == 0 ? (byte)random.Next(Questions.Length) : valid[0],
            .. JsonEdits.Mutate(random, random.Next(8) == 0 ? RpcValues.Error(random) : valid[1..]),
        ];

    private static byte[] Answered(int question, Random random) => [(byte)question, .. Questions[question].Make(random)];

    private abstract class Question
    {
        public abstract object Read(byte[] answer);

        public abstract byte[] Write(object value);

        public abstract byte[] Make(Random random);

        protected static byte[] Answer(string result) => $"{{\"jsonrpc\":\"2.0\",\"id\":{Id},\"result\":{result}}}".Utf8();
    }

    private sealed class Question<T>(JsonTypeInfo<T> type, Func<Random, T> make) : Question
        where T : notnull
    {
        public override object Read(byte[] answer) => RpcAnswerReader.Read("ask", answer, Id, type);

        public override byte[] Write(object value) => Answer(JsonSerializer.Serialize((T)value, type));

        public override byte[] Make(Random random) => Write(make(random));
    }

    /// <summary>What changes something is answered with nothing but that it was done.</summary>
    private sealed class Change : Question
    {
        public override object Read(byte[] answer)
        {
            RpcAnswerReader.ReadDone("change", answer, Id);
            return this;
        }

        public override byte[] Write(object value) => Answer("null");

        public override byte[] Make(Random random) => Answer("null");
    }
}
