using Google.Protobuf;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Nat.AutoNat;

public class AutoNatMessageTests
{
    private static readonly PeerId Peer = TestPeers.NewId();
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/6.6.6.6/tcp/9222");

    [Theory]
    [InlineData(AutoNatStatus.Ok, "")]
    [InlineData(AutoNatStatus.DialError, "dial failed")]
    [InlineData(AutoNatStatus.DialRefused, "too many dials")]
    [InlineData(AutoNatStatus.BadRequest, "bad peer id")]
    [InlineData(AutoNatStatus.InternalError, "dial failed")]
    public void A_response_has_the_bytes_of_the_oracle(AutoNatStatus status, string text)
    {
        AutoNatOracle oracle = new()
        {
            Type = AutoNatOracle.Types.Kind.DialResponse,
            DialResponse = new AutoNatOracle.Types.DialResponse { Status = (AutoNatOracle.Types.Status)status },
        };
        if (text.Length > 0)
        {
            oracle.DialResponse.StatusText = text;
        }

        Multiaddr? address = status == AutoNatStatus.Ok ? Address : null;
        if (address is not null)
        {
            oracle.DialResponse.Addr = ByteString.CopyFrom(address.Bytes.Span);
        }

        Assert.Equal(oracle.ToByteArray(), AutoNatMessage.WriteResponse(status, text, address));
    }

    [Fact]
    public void A_request_is_read()
    {
        Assert.True(AutoNatMessage.TryReadDial(Request(Peer.Bytes.ToArray(), Address.Bytes.ToArray(), [1, 2, 3]), out AutoNatDial dial));
        Assert.Equal((true, true, Peer), (dial.HasPeer, dial.HasId, dial.Id));
        Assert.Equal([Address], dial.Addresses); // The one that cannot be read is passed over.
    }

    [Fact]
    public void What_is_left_out_is_known_from_what_is_wrong()
    {
        Assert.True(AutoNatMessage.TryReadDial([], out AutoNatDial dial)); // DIAL is the default of proto2.
        Assert.False(dial.HasPeer);
        Assert.True(AutoNatMessage.TryReadDial([0x12, 0x00], out dial));
        Assert.False(dial.HasPeer);
        Assert.True(AutoNatMessage.TryReadDial(Request(null), out dial));
        Assert.Equal((true, false, null), (dial.HasPeer, dial.HasId, dial.Id));
        Assert.True(AutoNatMessage.TryReadDial(Request([1, 2, 3]), out dial));
        Assert.Equal((true, true, null), (dial.HasPeer, dial.HasId, dial.Id));
    }

    [Fact]
    public void Unknown_fields_are_skipped_and_parts_are_merged()
    {
        byte[] first = Request(Peer.Bytes.ToArray()), second = Request(null, Address.Bytes.ToArray());
        Assert.True(AutoNatMessage.TryReadDial([0x7a, 0x01, 0x00, .. first, 0x08, 0x00, .. second], out AutoNatDial dial));
        Assert.Equal((Peer, 1), (dial.Id, dial.Addresses.Count));
    }

    [Fact]
    public void Another_message_is_no_request()
    {
        Assert.False(AutoNatMessage.TryReadDial(AutoNatMessage.WriteResponse(AutoNatStatus.Ok, "", Address), out _));
        Assert.False(AutoNatMessage.TryReadDial([0x08, 0x02], out _));
        Assert.False(AutoNatMessage.TryReadDial([0x12, 0x7f], out _));
        Assert.False(AutoNatMessage.TryReadDial([0x12, 0x02, 0x0a, 0x05], out _)); // The peer is longer than what holds it.
        Assert.False(AutoNatMessage.TryReadDial([0x13, 0x14], out _)); // A group.
    }

    [Fact]
    public void A_request_full_of_addresses_allocates_no_more_than_they_are_worth()
    {
        byte[][] addresses = [.. Enumerable.Repeat(Address.Bytes.ToArray(), 400)];
        byte[] request = Request(null, addresses);
        Assert.InRange(request.Length, 4_000, AutoNatLimits.MaxMessage);
        Assert.InRange(Mutations.AllocatedBy(() => AutoNatMessage.TryReadDial(request, out _)), 1, 1_000_000);
    }

    [Fact]
    public void A_hundred_thousand_damaged_requests_are_read_as_the_oracle_reads_them_or_refused()
    {
        Random random = new(1);
        byte[] honest = Request(Peer.Bytes.ToArray(), Address.Bytes.ToArray());
        int both = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, [honest]);
            bool read = AutoNatMessage.TryReadDial(damaged, out AutoNatDial dial);
            AutoNatOracle? oracle = Parse(damaged);
            if (read && oracle is not null)
            {
                both++;
                Assert.Equal(oracle.Dial?.Peer is not null, dial.HasPeer);
                Assert.Equal(oracle.Dial?.Peer?.HasId ?? false, dial.HasId);
                Assert.True(dial.Addresses.Count <= (oracle.Dial?.Peer?.Addrs.Count ?? 0));
            }
        }

        Assert.InRange(both, 10_000, 100_000);
    }

    internal static byte[] Request(byte[]? id, params byte[][] addresses)
    {
        AutoNatOracle.Types.PeerInfo peer = new();
        if (id is not null)
        {
            peer.Id = ByteString.CopyFrom(id);
        }

        peer.Addrs.AddRange(addresses.Select(a => ByteString.CopyFrom(a)));
        return new AutoNatOracle { Type = AutoNatOracle.Types.Kind.Dial, Dial = new AutoNatOracle.Types.Dial { Peer = peer } }.ToByteArray();
    }

    private static AutoNatOracle? Parse(byte[] message)
    {
        try
        {
            return AutoNatOracle.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
