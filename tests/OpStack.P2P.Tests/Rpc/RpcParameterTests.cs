using OpStack.P2P.Rpc;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Wrong parameters of every method, with go-ethereum's codes and, where they do not tell Go's types, its texts.</summary>
[Trait("Row", "59")]
public sealed class RpcParameterTests
{
    private const string Peer = "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC";

    private readonly RpcFixture _fixture = new();

    public static TheoryData<string> Methods => [.. RpcMethods.All.Select(method => method.Name)];

    public static TheoryData<string> OfPeers => ["opp2p_blockPeer", "opp2p_unblockPeer", "opp2p_protectPeer", "opp2p_unprotectPeer", "opp2p_disconnectPeer", "opp2p_explainScore"];

    public static TheoryData<string> OfAddresses => ["opp2p_blockAddr", "opp2p_blocAddr", "opp2p_unblockAddr"];

    public static TheoryData<string> OfSubnets => ["opp2p_blockSubnet", "opp2p_unblockSubnet"];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Parameters_by_name_or_as_a_single_value_are_refused(string method)
    {
        foreach (string parameters in new[] { "{}", """{"connected":true}""", "1", "\"x\"", "true" })
        {
            Assert.Equal(RpcFixture.ErrorOf(-32602, "non-array args"), await _fixture.CallAsync(method, parameters));
        }

        Assert.Empty(_fixture.Api.Changes);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task One_argument_too_many_is_refused(string name)
    {
        RpcMethod method = RpcMethods.All.Single(known => known.Name == name);
        string parameters = $"[{string.Join(',', Enumerable.Repeat("true", method.Arguments + 1))}]";
        Assert.Equal(RpcFixture.ErrorOf(-32602, $"too many arguments, want at most {method.Arguments}"), await _fixture.CallAsync(name, parameters));
        Assert.Empty(_fixture.Api.Changes);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Arguments_of_every_wrong_type_give_an_error_of_parameters_and_change_nothing(string name)
    {
        RpcMethod method = RpcMethods.All.Single(known => known.Name == name);
        foreach (string value in new[] { "1", "-1e999999", "\"\\ud800\"", "[[]]", "{\"IP\":1,\"Mask\":2}", "\"x\"", $"\"{new string('1', 2000)}\"" })
        {
            string answer = (await _fixture.CallAsync(name, $"[{value}]"))!;
            Assert.Contains(method.Arguments == 0 || !name.EndsWith("connectPeer", StringComparison.Ordinal) ? "\"code\":-32602," : "\"code\":-32", answer);
        }

        Assert.Empty(_fixture.Api.Changes);
    }

    [Theory]
    [MemberData(nameof(OfPeers))]
    public async Task Of_peers(string method)
    {
        await RefusedAsync(method, "[]", -32602, "missing value for required argument 0");
        await RefusedAsync(method, "[\"\"]", -32000, "invalid request");
        await RefusedAsync(method, "[\"16Uiu2HAk\"]", -32602, "invalid argument 0: failed to parse peer ID");
        await RefusedAsync(method, $"[\"{Peer}1\"]", -32602, "invalid argument 0: failed to parse peer ID");
        await RefusedAsync(method, "[null]", -32602, "invalid argument 0: it is no text");
    }

    [Theory]
    [MemberData(nameof(OfAddresses))]
    public async Task Of_addresses(string method)
    {
        await RefusedAsync(method, "[]", -32602, "missing value for required argument 0");
        await RefusedAsync(method, "[\"\"]", -32000, "invalid request");
        await RefusedAsync(method, "[null]", -32000, "invalid request");
        foreach (string address in new[] { "1.2.3", "1", "0x7f.0.0.1", "010.0.0.1", "1.2.3.4/8", "fe80::1%eth0", "[::1]", "[::1]:80", " 1.2.3.4", "localhost" })
        {
            await RefusedAsync(method, $"[\"{address}\"]", -32602, "invalid argument 0: invalid IP address");
        }
    }

    [Theory]
    [InlineData("opp2p_blockAddr", "\"::ffff:1.2.3.4\"", "block 1.2.3.4")]
    [InlineData("opp2p_unblockAddr", "\"::FFFF:102:304\"", "unblock 1.2.3.4")]
    [InlineData("opp2p_blockSubnet", "\"::ffff:10.1.2.3/104\"", "block 10.0.0.0/8")]
    [InlineData("opp2p_blockSubnet", """{"IP":"::ffff:10.1.2.3","Mask":"/////////////////wAAAA=="}""", "block 10.0.0.0/8")]
    [InlineData("opp2p_blockSubnet", "\"::/0\"", "block ::/0")]
    public async Task IPv4_in_IPv6_is_the_IPv4_that_peers_come_from(string method, string argument, string change)
    {
        Assert.Equal(RpcFixture.ResultOf("null"), await _fixture.CallAsync(method, $"[{argument}]"));
        Assert.Equal([change], _fixture.Api.Changes);
    }

    [Theory]
    [MemberData(nameof(OfSubnets))]
    public async Task Of_subnets(string method)
    {
        foreach (string empty in new[]
        {
            "[]", "[null]", "[{}]", """[{"IP":"10.0.0.0"}]""", """[{"Mask":"/wAAAA=="}]""", """[{"IP":null,"Mask":null}]""", """[{"IP":"","Mask":""}]""",
            """[{"IP":"10.0.0.0","Mask":"/wD/AA=="}]""", """[{"IP":"10.0.0.0","Mask":"/wA="}]""", """[{"IP":"::1","Mask":"/wAAAA=="}]""",
        })
        {
            await RefusedAsync(method, empty, -32000, "invalid request");
        }

        foreach (string wrong in new[] { "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "/8", "10.0.0.0/2147483648" })
        {
            await RefusedAsync(method, $"[\"{wrong}\"]", -32602, "invalid argument 0: invalid subnet");
        }

        await RefusedAsync(method, "[1]", -32602, "invalid argument 0: it is neither CIDR text nor an object with IP and Mask");
        await RefusedAsync(method, """[{"IP":"10.0.0.0","Mask":"%"}]""", -32602, "invalid argument 0: invalid subnet");
        await RefusedAsync(method, """[{"IP":["10.0.0.0"],"Mask":{"a":[]}}]""", -32602, "invalid argument 0: it is neither CIDR text nor an object with IP and Mask");
    }

    [Fact]
    public async Task Of_connectPeer_with_op_nodes_text()
    {
        await RefusedAsync("opp2p_connectPeer", "[\"\"]", -32000, "bad peer address: failed to parse multiaddr");
        await RefusedAsync("opp2p_connectPeer", "[\"1.2.3.4:9222\"]", -32000, "bad peer address: failed to parse multiaddr");
        await RefusedAsync("opp2p_connectPeer", "[\"/ip4/1.2.3.4/tcp/9222\"]", -32000, "bad peer address: invalid p2p multiaddr");
        await RefusedAsync("opp2p_connectPeer", "[true]", -32602, "invalid argument 0: it is no text");
        await RefusedAsync("opp2p_connectPeer", "[]", -32602, "missing value for required argument 0");
    }

    [Fact]
    public async Task Of_peers_the_method()
    {
        await RefusedAsync("opp2p_peers", "[]", -32602, "missing value for required argument 0");
        await RefusedAsync("opp2p_peers", "null", -32602, "missing value for required argument 0");
        await RefusedAsync("opp2p_peers", "[\"true\"]", -32602, "invalid argument 0: it is no boolean");
    }

    private async Task RefusedAsync(string method, string parameters, int code, string message)
    {
        Assert.Equal(RpcFixture.ErrorOf(code, message), await _fixture.CallAsync(method, parameters));
        Assert.Empty(_fixture.Api.Changes);
    }
}
