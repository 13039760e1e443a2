using System.Text;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>The text form of a multiaddr.</summary>
internal sealed class MultiaddrTextCodec : TextCodec
{
    private const string Peer = "16Uiu2HAm9VAyVeTAgz3Zg82NPNUamKDuQwJv9jVfFRv83h7uQAyF";

    private Multiaddr? _address;

    /// <summary>One of every protocol that a peer may name.</summary>
    public static string[] Texts { get; } =
    [
        "/ip4/127.0.0.1/tcp/9222", $"/ip4/203.0.113.7/tcp/9222/p2p/{Peer}", "/ip6/2001:db8::1/udp/9222/quic-v1", "/dns4/example.org/tcp/443/wss",
        "/dnsaddr/bootstrap.example.org", $"/ip4/10.0.0.1/tcp/1/p2p/{Peer}/p2p-circuit", "/ip6zone/eth0/ip6/fe80::1/tcp/80/ws",
    ];

    public override string Name => "multiaddr-text";

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Texts.Select(Encoding.UTF8.GetBytes)];

    protected override bool TryParse(string text) => Multiaddr.TryParse(text, out _address);

    public override string? FindBrokenProperty(byte[] input) =>
        !Multiaddr.TryDecode(_address!.Bytes.Span, out Multiaddr? decoded) ? "its bytes are not read"
        : !Multiaddr.TryParse(decoded.ToString(), out Multiaddr? parsed) ? "its text is not read"
        : parsed.Equals(_address) ? null
        : "its text is read as another";

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new(random.Next(3) switch
        {
            0 => $"/ip4/{random.Next(256)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}",
            1 => $"/ip6/2001:db8::{random.Next(1, 65_536):x}",
            _ => $"/dns4/host-{random.Next()}.example",
        });
        text.Append(random.Next(2) == 0 ? $"/tcp/{random.Next(65_536)}" : $"/udp/{random.Next(65_536)}/quic-v1");
        text.Append(random.Next(2) == 0 ? "" : $"/p2p/{Peer}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override string? FindLoss(byte[] generated) => Difference(_address!.ToString(), generated);

    protected override byte[] MutateStructure(Random random, byte[] valid) => TextEdits.Mutate(random, valid, '/', '.', ':');
}
