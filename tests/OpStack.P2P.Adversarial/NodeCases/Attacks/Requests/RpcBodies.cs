using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Requests;

/// <summary>Bodies made to hurt, over HTTP, to a node whose operator exposes its RPC to somebody he should not.</summary>
internal sealed class RpcBodies : Attack
{
    private const int PerSecond = 20;

    private static readonly byte[][] Bodies =
    [
        new byte[10_000_000],
        Deep("[", "]", 1_000),
        Deep("{\"a\":", "}", 1_000),
        Deep("[", "]", 1_000_000),
        Text($"[{string.Join(',', Enumerable.Repeat(Call("opp2p_self"), 10_000))}]"),
        Text($"[{string.Join(',', Enumerable.Repeat(Call("opp2p_peers", "[true]"), 500))}]"),
        [.. Text("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""), 0xff, 0xc3, 0x28, .. Text("\"}")],
        Text(Call("opp2p_noSuchMethod")),
        Text(Call("opp2p_blockPeer", "[{\"x\":[1,2,3]}]")),
        Text(Call("opp2p_blockSubnet", "[\"not/a/subnet\"]")),
        Text(Call("opp2p_connectPeer", "[\"/ip4/1.2.3.4\"]")),
        Text(Call("opp2p_peers", $"[\"{new string('x', 1_000_000)}\"]")),
        Text("{\"jsonrpc\":\"2.0\",\"id\":1,\"met"),
    ];

    private long _failures;

    public override string Name => "rpc-bodies";

    public override string Row => "59";

    public override string Unit => "bodies";

    protected override int Attackers => 4;

    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) =>
        [new("answers of status 500 and above", Interlocked.Read(ref _failures), 0)];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = target.Rpc };
        Pace pace = new(PerSecond);
        for (int i = attacker; ; i++)
        {
            await pace.NextAsync(stop);
            using ByteArrayContent body = new(Bodies[i % Bodies.Length]);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            try
            {
                CountSent();
                using HttpResponseMessage answer = await http.PostAsync("/", body, stop);
                Interlocked.Add(ref _failures, answer.StatusCode >= HttpStatusCode.InternalServerError ? 1 : 0);
            }
            catch (HttpRequestException)
            {
                // Refused before it was read to its end.
            }
        }
    }

    private static string Call(string method, string parameters = "[]") =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{parameters}}}";

    private static byte[] Deep(string open, string close, int depth) =>
        Text($"{string.Concat(Enumerable.Repeat(open, depth))}1{string.Concat(Enumerable.Repeat(close, depth))}");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
