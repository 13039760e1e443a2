using System.Net;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.NatPmp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.NatPmp;

public class NatPmpMessageTests
{
    private static readonly PortToMap Tcp = new(TransportProtocol.Tcp, 9222);
    private static readonly PortToMap Udp = new(TransportProtocol.Udp, 9223);
    private static readonly byte[] Address = Convert.FromHexString("00800000" + "0000002a" + "c6336407");
    private static readonly byte[] Map = Convert.FromHexString("00820000" + "0000002a" + "2406" + "2710" + "00000258");

    [Fact]
    public void Requests_have_the_bytes_of_RFC_6886()
    {
        Assert.Equal("0000", Convert.ToHexStringLower(NatPmpMessage.WriteAddress()));
        Assert.Equal("0002" + "0000" + "2406" + "2710" + "00000258", Convert.ToHexStringLower(NatPmpMessage.WriteMap(Tcp, TimeSpan.FromMinutes(10), 10_000)));
        Assert.Equal("0001" + "0000" + "2407" + "0000" + "00000000", Convert.ToHexStringLower(NatPmpMessage.WriteMap(Udp, TimeSpan.Zero, 0)));
    }

    [Fact]
    public void Answers_are_read()
    {
        Assert.True(NatPmpMessage.TryReadAddress(Address, out NatPmpAddressAnswer address));
        Assert.Equal(new NatPmpAddressAnswer(NatPmpResult.Success, 42, IPAddress.Parse("198.51.100.7")), address);
        Assert.True(NatPmpMessage.TryReadMap(Map, Tcp, out NatPmpMapAnswer map));
        Assert.Equal(new NatPmpMapAnswer(NatPmpResult.Success, 42, 10_000, TimeSpan.FromMinutes(10)), map);
    }

    [Theory]
    [InlineData(1, (int)NatPmpResult.UnsupportedVersion)]
    [InlineData(2, (int)NatPmpResult.NotAuthorized)]
    [InlineData(3, (int)NatPmpResult.NetworkFailure)]
    [InlineData(4, (int)NatPmpResult.OutOfResources)]
    [InlineData(5, (int)NatPmpResult.UnsupportedOpcode)]
    [InlineData(99, 99)]
    public void Errors_are_read_whole_or_cut_short(byte code, int expected)
    {
        byte[] error = [.. Map];
        error[3] = code;
        Assert.True(NatPmpMessage.TryReadMap(error, Tcp, out NatPmpMapAnswer map));
        Assert.Equal(new NatPmpMapAnswer((NatPmpResult)expected, 42, 0, TimeSpan.Zero), map);
        Assert.True(NatPmpMessage.TryReadMap(error.AsSpan(0, 8), Tcp, out map));
        Assert.Equal((NatPmpResult)expected, map.Result);
        Assert.True(NatPmpMessage.TryReadAddress([0, 128, 0, code, 0, 0, 0, 42], out NatPmpAddressAnswer address));
        Assert.Equal(new NatPmpAddressAnswer((NatPmpResult)expected, 42, null), address);
    }

    [Fact]
    public void What_is_no_answer_to_the_request_is_passed_over()
    {
        Assert.False(NatPmpMessage.TryReadMap(Map, Udp, out _)); // Another opcode.
        Assert.False(NatPmpMessage.TryReadMap(Map, Tcp with { InternalPort = 9224 }, out _));
        Assert.False(NatPmpMessage.TryReadMap(Address, Tcp, out _));
        Assert.False(NatPmpMessage.TryReadAddress(Map, out _));
        Assert.False(NatPmpMessage.TryReadAddress(NatPmpMessage.WriteAddress(), out _));
        Assert.False(NatPmpMessage.TryReadMap([2, .. Map[1..]], Tcp, out _)); // Another version.
        Assert.All(Mutations.Truncations(Map), cut => Assert.False(NatPmpMessage.TryReadMap(cut, Tcp, out _)));
        Assert.All(Mutations.Truncations(Address), cut => Assert.False(NatPmpMessage.TryReadAddress(cut, out _)));
        Assert.False(NatPmpMessage.TryReadMap([.. Map, 0], Tcp, out _));
        Assert.False(NatPmpMessage.TryReadAddress([.. Address, 0], out _));
    }

    [Fact]
    public void A_hundred_thousand_damaged_answers_never_throw()
    {
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, [Map, Address]);
            NatPmpMessage.TryReadMap(damaged, Tcp, out _);
            if (NatPmpMessage.TryReadAddress(damaged, out NatPmpAddressAnswer answer))
            {
                Assert.Equal(answer.Result == NatPmpResult.Success, answer.Address is not null);
            }
        }
    }
}
