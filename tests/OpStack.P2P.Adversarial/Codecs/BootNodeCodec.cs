using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The text of a boot node, a record or an enode URL.</summary>
internal sealed class BootNodeCodec : TextCodec
{
    private const string Id = "ca2774c3c401325850b2477fd7d0f27911efbf79b1e8b335066516e2bd8c4c9e0ba9696a94b1cb030a88eac582305ff55e905e64fb77fe0edcd70a4e5296d3ec";

    private BootNode? _node;

    public override string Name => "boot-node";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        $"enode://{Id}@34.65.175.185:30305".Utf8(), $"enode://{Id}@[2001:db8::1]:9222?discport=9223".Utf8(), $"enode://{Id}@boot.example.org:9222?discport=0".Utf8(),
        EnrCodec.Records[0].ToString().Utf8(),
    ];

    protected override bool TryParse(string text) => BootNode.TryParse(text, out _node, out _);

    public override string? FindBrokenProperty(byte[] input) =>
        !BootNode.TryParse(_node!.ToString(), out BootNode? again, out _) ? $"its text is not read: {_node}"
        : again.NodeId != _node.NodeId || again.ToString() != _node.ToString() ? "its text is read as another"
        : _node.ToMultiaddr() is { PeerId: null } ? "its address names no peer"
        : null;

    public override byte[] Generate(Random random)
    {
        // A discport that is the port is not written.
        int port = random.Next(1, 65_536);
        string host = random.OneOf("10.1.2.3", "[::1]", $"{random.Word(random.Next(1, 30))}.example");
        return random.Next(8) == 0
            ? EnrCodec.Full(random).ToString().Utf8()
            : $"enode://{Id}@{host}:{port}{random.OneOf("", $"?discport={port ^ random.Next(1, 65_536)}")}".Utf8();
    }

    public override string? FindLoss(byte[] generated) => Difference(_node!.ToString(), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, ':', '@', '/', '?', '=', '.', '[', ']');
}
