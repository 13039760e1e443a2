using System.Buffers.Binary;
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
    private NatPmpAddressAnswer? _address;
    private (PcpMapAnswer? Pcp, NatPmpAddressAnswer? Address, NatPmpMapAnswer? Map) _generated;

    public override string Name => "nat-message";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Pcp(7_200, 5, new IPEndPoint(IPAddress.Parse("203.0.113.7"), 9223)), [0, 128, 0, 0, 0, 0, 0, 1, 203, 0, 113, 7], [0, 130, 0, 0, 0, 0, 0, 1, 0x24, 0x06, 0x24, 0x06, 0, 0, 0x0e, 0x10]];

    public override long AllocationBudget(int length) => 1_024;

    public override bool TryDecode(byte[] input)
    {
        _pcp = PcpMessage.TryReadMap(input, Request, out PcpMapAnswer pcp) ? pcp : null;
        _map = NatPmpMessage.TryReadMap(input, Port, out NatPmpMapAnswer map) ? map : null;
        _address = NatPmpMessage.TryReadAddress(input, out NatPmpAddressAnswer address) ? address : null;
        return _address is not null || _pcp is not null || _map is not null;
    }

    public override string? FindBrokenProperty(byte[] input) =>
        _pcp is { Result: PcpResult.Success, External: null } ? "mapped to nowhere"
        : _pcp is { Result: not PcpResult.Success, External: not null } ? "an error with an endpoint"
        : _map is { Result: not NatPmpResult.Success, ExternalPort: not 0 } ? "an error with a port"
        : null;

    public override byte[] Generate(Random random)
    {
        (uint epoch, uint lifetime) = ((uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32));
        IPEndPoint external = new(new IPAddress(random.Bytes(4)), random.Next(65_536));
        switch (random.Next(3))
        {
            case 0:
                _generated = (new PcpMapAnswer(PcpResult.Success, TimeSpan.FromSeconds(lifetime), epoch, external), null, null);
                return Pcp(lifetime, epoch, external);
            case 1:
                _generated = (null, new NatPmpAddressAnswer(NatPmpResult.Success, epoch, external.Address), null);
                return [0, 128, 0, 0, .. BigEndian(epoch), .. external.Address.GetAddressBytes()];
            default:
                _generated = (null, null, new NatPmpMapAnswer(NatPmpResult.Success, epoch, external.Port, TimeSpan.FromSeconds(lifetime)));
                return [0, 130, 0, 0, .. BigEndian(epoch), .. BigEndian((uint)((Port.InternalPort << 16) | external.Port)), .. BigEndian(lifetime)];
        }
    }

    public override string? FindLoss(byte[] generated) =>
        Equals(_pcp, _generated.Pcp) && Equals(_address, _generated.Address) && Equals(_map, _generated.Map) ? null : "it says something else";

    protected override byte[] MutateStructure(Random random, byte[] valid) => NumberEdits.Mutate(random, valid);

    private static byte[] Pcp(uint lifetime, uint epoch, IPEndPoint external)
    {
        byte[] answer = [.. Request];
        answer[1] |= 0x80;
        BigEndian(lifetime).CopyTo(answer, 4);
        BigEndian(epoch).CopyTo(answer, 8);
        answer.AsSpan(12, 12).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(42), (ushort)external.Port);
        external.Address.MapToIPv6().TryWriteBytes(answer.AsSpan(44), out _);
        return answer;
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
