using System.Net;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.Pcp;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.Pcp;

public class PcpMessageTests
{
    private static readonly byte[] Nonce = Convert.FromHexString("0102030405060708090a0b0c");
    private static readonly PortToMap Port = new(TransportProtocol.Tcp, 9222);
    private static readonly byte[] Request =
        PcpMessage.WriteMap(IPAddress.Parse("192.168.1.20"), Nonce, Port, TimeSpan.FromMinutes(10), new IPEndPoint(IPAddress.Any, 9222));

    private static readonly byte[] Success = Convert.FromHexString(
        "02810000" + "00000258" + "0000002a" + "000000000000000000000000" // 600 s, epoch 42.
        + "0102030405060708090a0b0c" + "06000000" + "2406" + "2710" // TCP 9222 at 10000
        + "00000000000000000000ffff" + "c6336407"); // of 198.51.100.7.

    [Fact]
    public void A_request_has_the_bytes_of_RFC_6887() => Assert.Equal(
        "0201" + "0000" + "00000258" + "00000000000000000000ffffc0a80114"
        + "0102030405060708090a0b0c" + "06000000" + "2406" + "2406" + "00000000000000000000ffff00000000",
        Convert.ToHexStringLower(Request));

    [Fact]
    public void The_end_of_a_mapping_is_a_request_without_time_port_and_address() => Assert.Equal(
        "0201" + "0000" + "00000000" + "00000000000000000000ffffc0a80114"
        + "0102030405060708090a0b0c" + "11000000" + "2407" + "0000" + "00000000000000000000ffff00000000",
        Convert.ToHexStringLower(PcpMessage.WriteMap(
            IPAddress.Parse("192.168.1.20"), Nonce, new PortToMap(TransportProtocol.Udp, 9223), TimeSpan.Zero, new IPEndPoint(IPAddress.Any, 0))));

    [Fact]
    public void A_success_is_read()
    {
        Assert.True(PcpMessage.TryReadMap(Success, Request, out PcpMapAnswer answer));
        Assert.Equal(new PcpMapAnswer(PcpResult.Success, TimeSpan.FromMinutes(10), 42, IPEndPoint.Parse("198.51.100.7:10000")), answer);
        Assert.True(PcpMessage.TryReadMap([.. Success, 1, 0, 0, 0], Request, out _)); // With an option.
    }

    [Theory]
    [InlineData(2, (int)PcpResult.NotAuthorized)]
    [InlineData(13, (int)PcpResult.ExcessiveRemotePeers)]
    [InlineData(200, 200)]
    public void An_error_is_read_with_its_time(byte code, int expected)
    {
        byte[] error = [.. Success];
        error[3] = code;
        error.AsSpan(42, 18).Clear(); // No port, no address.
        Assert.True(PcpMessage.TryReadMap(error, Request, out PcpMapAnswer answer));
        Assert.Equal(new PcpMapAnswer((PcpResult)expected, TimeSpan.FromMinutes(10), 42, null), answer);
    }

    [Theory]
    [InlineData("0080000100000000")] // A NAT-PMP gateway (RFC 6886 section 3.5).
    [InlineData("018100010000000000000000000000000000000000000000")] // A PCP server of version 1 (RFC 6887 section 9).
    public void A_server_of_another_version_is_known_as_such(string hex)
    {
        Assert.True(PcpMessage.TryReadMap(Convert.FromHexString(hex), Request, out PcpMapAnswer answer));
        Assert.Equal(PcpResult.UnsupportedVersion, answer.Result);
    }

    [Theory]
    [InlineData(1, 0x01)] // A request.
    [InlineData(1, 0x82)] // PEER.
    [InlineData(24, 0xff)] // Another nonce.
    [InlineData(35, 0xff)]
    [InlineData(36, 17)] // UDP.
    [InlineData(40, 0xff)] // Another port.
    [InlineData(41, 0xff)]
    [InlineData(54, 0x00)] // An external address that is no IPv4.
    public void What_is_no_answer_to_the_request_is_passed_over(int at, byte value)
    {
        byte[] other = [.. Success];
        other[at] = value;
        Assert.False(PcpMessage.TryReadMap(other, Request, out _));
    }

    [Fact]
    public void Lengths_are_checked()
    {
        Assert.All(Mutations.Truncations(Success), cut => Assert.False(PcpMessage.TryReadMap(cut, Request, out _)));
        Assert.False(PcpMessage.TryReadMap([.. Success, 0], Request, out _));
        Assert.True(PcpMessage.TryReadMap([.. Success, .. new byte[1100 - 60]], Request, out _));
        Assert.False(PcpMessage.TryReadMap([.. Success, .. new byte[1104 - 60]], Request, out _));
    }

    [Fact]
    public void A_hundred_thousand_damaged_answers_never_throw()
    {
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, [Success, [0, 128, 0, 1, 0, 0, 0, 0]]);
            if (PcpMessage.TryReadMap(damaged, Request, out PcpMapAnswer answer) && answer.External is { } external)
            {
                Assert.Equal((PcpResult.Success, System.Net.Sockets.AddressFamily.InterNetwork), (answer.Result, external.AddressFamily));
            }
        }
    }
}
