using OpStack.Libp2p.Negotiation;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>What a dialler says to our multistream listener; accepted when a protocol is agreed.</summary>
internal sealed class MultistreamCodec : FuzzCodec
{
    private const string Protocol = "/meshsub/1.2.0";

    private MultistreamListener _listener = New();
    private int _refusals;

    public override string Name => "multistream";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Said(Protocol), Said("ls", Protocol), Said("/other/1.0.0", "/another", Protocol)];

    // The negotiation holds one message and its answers.
    public override long AllocationBudget(int length) => (4 * FixedBudget) + (4L * length);

    public override bool TryDecode(byte[] input)
    {
        _listener = New();
        ReadOnlySpan<byte> rest = input;
        while (_listener.Wanted > 0 && !rest.IsEmpty)
        {
            int taken = Math.Min(_listener.Wanted, rest.Length);
            _listener.Receive(rest[..taken]);
            rest = rest[taken..];
        }

        return _listener.Agreed is not null;
    }

    public override string? FindBrokenProperty(byte[] input) =>
        _listener.Agreed != Protocol ? $"agreed on {_listener.Agreed}"
        : input.AsSpan().IndexOf(Protocol.Utf8()) < 0 ? "agreed on what was not asked for"
        : null;

    public override byte[] Generate(Random random)
    {
        _refusals = random.Next(5);
        return Said([.. Enumerable.Range(0, _refusals).Select(_ => $"/{random.Word(random.Next(1, 100))}"), Protocol]);
    }

    public override string? FindLoss(byte[] generated)
    {
        byte[] answered = _listener.TakeOutput().ToArray();
        byte[] expected = [.. MultistreamFrame.Header, .. Enumerable.Repeat(MultistreamFrame.NotAvailable.ToArray(), _refusals).SelectMany(refusal => refusal), .. Said(Protocol)[MultistreamFrame.Header.Length..]];
        return answered.AsSpan().SequenceEqual(expected) ? null : $"answered is {Convert.ToHexString(answered)}";
    }

    protected override byte[] MutateStructure(Random random, byte[] valid) =>
        random.Next(2) == 0 ? TextEdits.Mutate(random, valid, '\n', '/') : NumberEdits.MutateAt(random, valid, MultistreamFrame.Header.Length, 1, littleEndian: true);

    private static MultistreamListener New() => new(protocol => protocol == Protocol);

    private static byte[] Said(params string[] proposals)
    {
        System.Buffers.ArrayBufferWriter<byte> said = new();
        System.Buffers.BuffersExtensions.Write(said, MultistreamFrame.Header);
        foreach (string proposal in proposals)
        {
            MultistreamFrame.Write(said, proposal.Utf8());
        }

        return said.WrittenSpan.ToArray();
    }
}
