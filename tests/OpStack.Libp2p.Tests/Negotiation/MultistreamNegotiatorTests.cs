using OpStack.Libp2p.Negotiation;

namespace OpStack.Libp2p.Tests.Negotiation;

public class MultistreamNegotiatorTests
{
    private const string Header = "132f6d756c746973747265616d2f312e302e300a";
    private const string Yamux = "0d2f79616d75782f312e302e300a";
    private const string Meshsub = "0f2f6d6573687375622f312e322e300a";
    private const string Identify = "0f2f697066732f69642f312e302e300a";
    private const string NotAvailable = "036e610a";

    [Theory]
    [InlineData("/yamux/1.0.0", Yamux)]
    [InlineData("/meshsub/1.2.0", Meshsub)]
    [InlineData("/ipfs/id/1.0.0", Identify)]
    public void The_dialer_opens_with_header_and_first_proposal(string protocol, string frame) =>
        Assert.Equal(Header + frame, Output(new MultistreamDialer([protocol, "/other"])));

    [Fact]
    public void The_listener_opens_with_its_header() => Assert.Equal(Header, Output(Listener()));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void The_dialer_proposes_in_order_until_one_is_taken(int chunk)
    {
        MultistreamDialer dialer = new(["/meshsub/1.2.0", "/yamux/1.0.0", "/ipfs/id/1.0.0"]);
        Output(dialer);
        Feed(dialer, Header + NotAvailable, chunk);
        Assert.Equal(Yamux, Output(dialer));
        Feed(dialer, Yamux, chunk);
        Assert.Equal("/yamux/1.0.0", dialer.Agreed);
        Assert.Equal(0, dialer.Wanted);
        Assert.Equal("", Output(dialer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void The_listener_refuses_until_it_supports_a_proposal_and_leaves_what_follows(int chunk)
    {
        MultistreamListener listener = Listener("/yamux/1.0.0");
        Output(listener);
        const string Application = "0d2f79616d7578";
        int unread = Feed(listener, Header + Meshsub + "036c730a" + "010a" + Yamux + Application, chunk);
        Assert.Equal(NotAvailable + NotAvailable + NotAvailable + Yamux, Output(listener));
        Assert.Equal("/yamux/1.0.0", listener.Agreed);
        Assert.Equal(Application.Length / 2, unread);
    }

    [Fact]
    public void The_dialer_leaves_what_follows_the_answer()
    {
        MultistreamDialer dialer = new(["/yamux/1.0.0"]);
        Assert.Equal(3, Feed(dialer, Header + Yamux + "132f6d"));
        Assert.Equal("/yamux/1.0.0", dialer.Agreed);
    }

    [Theory]
    [InlineData(Header + NotAvailable, MultistreamError.NothingInCommon)]
    [InlineData(Header + Meshsub, MultistreamError.UnexpectedAnswer)]
    [InlineData(Header + Header, MultistreamError.UnexpectedAnswer)]
    [InlineData(Header + "036c730a", MultistreamError.UnexpectedAnswer)]
    [InlineData("132f6d756c746973747265616d2f312e302e310a", MultistreamError.WrongHeader)]
    [InlineData("14", MultistreamError.WrongHeader)]
    [InlineData("48545450", MultistreamError.WrongHeader)]
    [InlineData(Header + "00", MultistreamError.MalformedLength)]
    [InlineData(Header + "8d00", MultistreamError.MalformedLength)]
    [InlineData(Header + "8000", MultistreamError.MalformedLength)]
    [InlineData(Header + "8108", MultistreamError.MessageTooLong)]
    [InlineData(Header + "808004", MultistreamError.MessageTooLong)]
    [InlineData(Header + "ffff", MultistreamError.MessageTooLong)]
    [InlineData(Header + "036e6100", MultistreamError.MissingNewline)]
    [InlineData(Header + "0d2f79616d75782f312e302e3020", MultistreamError.MissingNewline)]
    [Trait("Row", "21")]
    internal void The_dialer_names_what_is_wrong(string received, MultistreamError error)
    {
        MultistreamDialer dialer = new(["/yamux/1.0.0"]);
        Feed(dialer, received);
        Assert.Equal(error, dialer.Error);
        Assert.Null(dialer.Agreed);
        Assert.Equal(0, dialer.Wanted);
    }

    [Fact]
    [Trait("Row", "21")]
    public void A_message_of_1024_bytes_is_read_and_one_of_1025_is_refused_before_its_body()
    {
        MultistreamListener longest = Listener();
        Output(longest);
        string body = string.Concat(Enumerable.Repeat("61", 1023)) + "0a";
        Feed(longest, Header + "8008" + body);
        Assert.Equal(NotAvailable, Output(longest));

        MultistreamListener tooLong = Listener();
        Assert.Equal(1025, Feed(tooLong, Header + "8108" + "61" + body));
        Assert.Equal(MultistreamError.MessageTooLong, tooLong.Error);
    }

    [Fact]
    [Trait("Row", "21")]
    public void Endless_proposals_end_after_32_rounds()
    {
        MultistreamListener listener = Listener();
        Output(listener);
        string endless = Header + string.Concat(Enumerable.Repeat(Yamux, 40));
        Assert.Equal(8 * Yamux.Length / 2, Feed(listener, endless));
        Assert.Equal(MultistreamError.TooManyRounds, listener.Error);
        Assert.Equal(31 * NotAvailable.Length, Output(listener).Length);
    }

    [Fact]
    public void A_proposal_that_is_no_utf8_is_refused()
    {
        MultistreamListener listener = Listener("/a");
        Output(listener);
        Feed(listener, Header + "032ff50a");
        Assert.Equal(NotAvailable, Output(listener));
        Assert.Equal(MultistreamError.None, listener.Error);
    }

    [Fact]
    public void Names_are_compared_byte_by_byte()
    {
        MultistreamListener listener = Listener("/yamux/1.0.0");
        Output(listener);
        Feed(listener, Header + "0d2f59616d75782f312e302e300a" + "0e2f79616d75782f312e302e30200a");
        Assert.Equal(NotAvailable + NotAvailable, Output(listener));
    }

    [Fact]
    public void A_part_of_an_exchange_decides_nothing()
    {
        byte[] whole = Convert.FromHexString(Header + Yamux);
        for (int length = 0; length < whole.Length; length++)
        {
            MultistreamDialer dialer = new(["/yamux/1.0.0"]);
            MultistreamListener listener = Listener("/yamux/1.0.0");
            Feed(dialer, whole[..length], int.MaxValue);
            Feed(listener, whole[..length], int.MaxValue);
            Assert.Null(dialer.Agreed);
            Assert.Null(listener.Agreed);
            Assert.InRange(dialer.Wanted, 1, whole.Length - length);
            Assert.InRange(listener.Wanted, 1, whole.Length - length);
        }
    }

    [Fact]
    [Trait("Row", "21")]
    public void Any_bytes_end_in_agreement_error_or_a_bounded_wish_for_more()
    {
        Random random = new(1107);
        byte[] valid = Convert.FromHexString(Header + Meshsub + Yamux + Identify);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = [.. valid];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            MultistreamNegotiator negotiator = i % 2 == 0 ? Listener("/ipfs/id/1.0.0") : new MultistreamDialer(["/meshsub/1.2.0"]);
            Feed(negotiator, mutated, random.Next(1, 30));
            bool over = negotiator.Agreed is not null || negotiator.Error != MultistreamError.None;
            Assert.Equal(over, negotiator.Wanted == 0);
            Assert.False(negotiator.Agreed is not null && negotiator.Error != MultistreamError.None);
            Assert.InRange(negotiator.Wanted, 0, 1024);
        }
    }

    [Fact]
    public void Our_own_proposals_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new MultistreamDialer([]));
        Assert.Throws<ArgumentException>(() => new MultistreamDialer([.. Enumerable.Repeat("/a", 33)]));
        Assert.Throws<ArgumentException>(() => new MultistreamDialer([""]));
        Assert.Throws<ArgumentException>(() => new MultistreamDialer(["/a\n"]));
        Assert.Throws<ArgumentException>(() => new MultistreamDialer([new string('a', 1024)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultistreamDialer(["/a"]).Receive(new byte[21]));
    }

    private static MultistreamListener Listener(params string[] supported) => new(supported.Contains);

    private static string Output(MultistreamNegotiator negotiator) => Convert.ToHexStringLower(negotiator.TakeOutput().Span);

    private static int Feed(MultistreamNegotiator negotiator, string hex, int chunk = int.MaxValue) =>
        Feed(negotiator, Convert.FromHexString(hex), chunk);

    // Returns how many bytes the negotiator did not ask for.
    private static int Feed(MultistreamNegotiator negotiator, ReadOnlySpan<byte> bytes, int chunk)
    {
        while (!bytes.IsEmpty && negotiator.Wanted > 0)
        {
            int count = Math.Min(Math.Min(chunk, negotiator.Wanted), bytes.Length);
            negotiator.Receive(bytes[..count]);
            bytes = bytes[count..];
        }

        return bytes.Length;
    }
}
