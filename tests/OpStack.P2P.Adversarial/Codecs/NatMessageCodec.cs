using System.Net;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.NatPmp;
using OpStack.Libp2p.Nat.Pcp;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A datagram of a gateway, read as an answer of PCP and as both of NAT-PMP.</summary>
internal sealed class NatMessageCodec : FuzzCodec
{
    private static readonly PortToMap Port = new(TransportProtocol.Tcp, 9222);
    private static readonly byte[] Request = PcpMessage.WriteMap(IPAddress.Parse("192.168.1.2"), new byte[12], Port, TimeSpan.FromHours(1), new IPEndPoint(IPAddress.Any, 0));

    private PcpMapAnswer? _pcp;
    private NatPmpMapAnswer? _map;

    public override string Name => "nat-message";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Pcp(new Random(1)), [0, 128, 0, 0, 0, 0, 0, 1, 203, 0, 113, 7], [0, 130, 0, 0, 0, 0, 0, 1, 0x24, 0x06, 0x24, 0x06, 0, 0, 0x0e, 0x10]];

    public override long AllocationBudget(int length) => 1_024;

    public override bool TryDecode(byte[] input)
    {
        _pcp = PcpMessage.TryReadMap(input, Request, out PcpMapAnswer pcp) ? pcp : null;
        _map = NatPmpMessage.TryReadMap(input, Port, out NatPmpMapAnswer map) ? map : null;
        return NatPmpMessage.TryReadAddress(input, out _) || _pcp is not null || _map is not null;
    }

    public override string? FindBrokenProperty(byte[] input) =>
        _pcp is { Result: PcpResult.Success, External: null } ? "mapped to nowhere"
        : _pcp is { Result: not PcpResult.Success, External: not null } ? "an error with an endpoint"
        : _map is { Result: not NatPmpResult.Success, ExternalPort: not 0 } ? "an error with a port"
        : null;

    public override byte[] Generate(Random random) => Pcp(random);

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);

    private static byte[] Pcp(Random random)
    {
        byte[] answer = [.. Request];
        answer[1] |= 0x80;
        answer.AsSpan(8, 16).Clear();
        new IPAddress(random.Bytes(4)).MapToIPv6().TryWriteBytes(answer.AsSpan(44), out _);
        answer[42] = 1;
        return answer;
    }
}
