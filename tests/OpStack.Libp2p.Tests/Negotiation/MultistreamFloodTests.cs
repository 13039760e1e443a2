using System.Text;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Tests.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Negotiation;

/// <summary>Peers that never come to an agreement (attack-cases.md row 21): how much of what they send is read, and in how many rounds it is over.</summary>
[Trait("Row", "21")]
public class MultistreamFloodTests
{
    private const string Header = "\u0013/multistream/1.0.0\n";
    private const string NotAvailable = "\u0003na\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_of_64_KiB_is_given_up_at_its_length(bool dialling)
    {
        byte[] flood = [.. Bytes(Header), 0x80, 0x80, 0x04, .. Enumerable.Repeat((byte)'a', 65_535), (byte)'\n'];
        Assert.Equal(Header.Length + 2, await ReadUntilFailureAsync(flood, dialling));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_without_a_newline_is_given_up_at_its_end(bool dialling)
    {
        byte[] flood = [.. Bytes(Header), 0x80, 0x08, .. Enumerable.Repeat((byte)'a', 65_536)];
        Assert.Equal(Header.Length + 2 + MultistreamLimits.MaxMessage, await ReadUntilFailureAsync(flood, dialling));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_are_no_multistream_are_given_up_at_once(bool dialling)
    {
        Assert.InRange(await ReadUntilFailureAsync(new byte[65_536], dialling), 1, Header.Length);
    }

    [Fact]
    public async Task A_list_of_1001_protocols_in_answer_to_a_proposal_is_not_read()
    {
        // The answer to "ls" of old: one message that holds one per protocol.
        byte[] list = [.. Enumerable.Range(0, 1001).SelectMany(i => Bytes($"\u0007/p{i:D4}\n"))];
        byte[] flood = [.. Bytes(Header), (byte)(0x80 | (list.Length & 0x7f)), (byte)(list.Length >> 7), .. list];
        Assert.Equal(Header.Length + 2, await ReadUntilFailureAsync(flood, dialling: true));

        byte[] single = [.. Bytes(Header), .. list];
        Assert.Equal(Header.Length + 8, await ReadUntilFailureAsync(single, dialling: true));
    }

    [Theory]
    [InlineData("\u0003ls\n")]
    [InlineData("\u0007/p0001\n")]
    [InlineData("\u0001\n")]
    public async Task A_thousand_and_one_proposals_are_answered_31_times(string proposal)
    {
        byte[] flood = [.. Bytes(Header), .. Enumerable.Repeat(Bytes(proposal), 1001).SelectMany(p => p)];
        await using ScriptedStream remote = new(flood, maxRead: 100);
        Assert.Equal(Libp2pError.NegotiationFailed, await FailAsync(remote, dialling: false));
        Assert.Equal(Header.Length + (MultistreamLimits.MaxRounds * proposal.Length), flood.Length - remote.Unread);
        Assert.Equal(Bytes(Header + string.Concat(Enumerable.Repeat(NotAvailable, MultistreamLimits.MaxRounds - 1))), remote.Written);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(MultistreamLimits.MaxRounds)]
    public async Task Refusals_without_end_are_read_once_per_proposal(int proposals)
    {
        byte[] flood = [.. Bytes(Header), .. Enumerable.Repeat(Bytes(NotAvailable), 10_000).SelectMany(n => n)];
        await using ScriptedStream remote = new(flood);
        string[] protocols = [.. Enumerable.Range(0, proposals).Select(i => $"/ours/{i}")];
        Assert.Equal(
            Libp2pError.NegotiationFailed,
            await StreamReading.ErrorOfAsync(() => Multistream.SelectAsync(remote, protocols, default).AsTask()));
        Assert.Equal(Header.Length + (proposals * NotAvailable.Length), flood.Length - remote.Unread);
        Assert.Equal(proposals, remote.Writes.Count);
    }

    [Fact]
    public async Task The_longest_negotiation_there_is_reads_33_KiB_and_keeps_2()
    {
        byte[] proposal = [0x80, 0x08, .. Enumerable.Repeat((byte)'a', MultistreamLimits.MaxMessage - 1), (byte)'\n'];
        byte[] flood = [.. Bytes(Header), .. Enumerable.Repeat(proposal, 1001).SelectMany(p => p)];
        await using ScriptedStream remote = new(flood);
        Assert.Equal(Libp2pError.NegotiationFailed, await FailAsync(remote, dialling: false));
        Assert.Equal(Header.Length + (MultistreamLimits.MaxRounds * proposal.Length), flood.Length - remote.Unread);

        // What one under way holds between two messages.
        Assert.InRange(Mutations.AllocatedBy(() => new MultistreamListener(_ => false).TakeOutput()), 1, 2048);
    }

    private static async Task<int> ReadUntilFailureAsync(byte[] flood, bool dialling)
    {
        await using ScriptedStream remote = new(flood);
        Assert.Equal(Libp2pError.NegotiationFailed, await FailAsync(remote, dialling));
        return flood.Length - remote.Unread;
    }

    private static Task<Libp2pError> FailAsync(ScriptedStream remote, bool dialling) => StreamReading.ErrorOfAsync(async () =>
    {
        if (dialling)
        {
            await Multistream.SelectAsync(remote, ["/noise"], default);
        }
        else
        {
            await Multistream.HandleAsync(remote, name => name == "/noise", default);
        }
    });

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
