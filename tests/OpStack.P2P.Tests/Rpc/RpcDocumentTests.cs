using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpStack.P2P.Rpc;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>docs/rpc.md against the methods, limits and fields that there are.</summary>
public sealed partial class RpcDocumentTests
{
    private static readonly string Document = Repository.Read("docs", "rpc.md");

    [Fact]
    public void The_table_has_every_method_with_its_kind_and_parameters()
    {
        List<(string Name, string Kind, bool HasArgument)> documented = [];
        foreach (Match row in Row().Matches(Document))
        {
            documented.AddRange(Method().Matches(row.Groups["names"].Value).Select(name =>
                (name.Value, row.Groups["kind"].Value, row.Groups["parameters"].Value.Trim().Length > 0)));
        }

        Assert.Equal(
            RpcMethods.All.Select(method => (method.Name, method.Access.ToString().ToLowerInvariant(), method.Arguments > 0)).Order(), documented.Order());
    }

    [Fact]
    public void Limits_are_those_of_the_options()
    {
        RpcOptions usual = new();
        Assert.Contains($"`MaxDepth` ({usual.MaxDepth})", Document, StringComparison.Ordinal);
        Assert.Contains($"`MaxBatch` ({usual.MaxBatch:N0})", Document, StringComparison.Ordinal);
        Assert.Contains($"`MaxBodyBytes` ({usual.MaxBodyBytes >> 20} MiB)", Document, StringComparison.Ordinal);
        Assert.Contains($"`MaxResponseBytes` ({usual.MaxResponseBytes / 1_000_000} MB)", Document, StringComparison.Ordinal);
        Assert.Contains($"`MaxConcurrent` ({usual.MaxConcurrent})", Document, StringComparison.Ordinal);
        Assert.Contains($"`Timeout` ({usual.Timeout.TotalSeconds} s", Document, StringComparison.Ordinal);
        Assert.Contains($"an id over {RpcLimits.MaxId} bytes; a method over {RpcLimits.MaxMethodName}", Document, StringComparison.Ordinal);
        Assert.Contains($"within {RpcLimits.ConnectTimeout.TotalSeconds} s", Document, StringComparison.Ordinal);
        Assert.Contains($"within {RpcLimits.DisconnectTimeout.TotalSeconds} s", Document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(PeerInfo))]
    [InlineData(typeof(PeerDump))]
    [InlineData(typeof(PeerStats))]
    [InlineData(typeof(PeerCount))]
    [InlineData(typeof(PeerScores))]
    [InlineData(typeof(PeerGossipScores))]
    [InlineData(typeof(PeerTopicScores))]
    [InlineData(typeof(PeerRequestScores))]
    [InlineData(typeof(ScoreExplanation))]
    [InlineData(typeof(TopicExplanation))]
    [InlineData(typeof(TermExplanation))]
    [InlineData(typeof(BanInfo))]
    [InlineData(typeof(TopicMesh))]
    [InlineData(typeof(MeshPeer))]
    [InlineData(typeof(BandwidthReport))]
    [InlineData(typeof(ByteCounts))]
    public void Every_field_of_a_result_is_named(Type result)
    {
        string[] fields =
        [
            .. result.GetProperties().SelectMany(property => property.GetCustomAttributes<JsonPropertyNameAttribute>()).Select(name => name.Name),
        ];
        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.Matches($"[`\"]{field}[`\"]", Document));
    }

    [GeneratedRegex(@"^\| (?<names>`[^|]+) \| (?<kind>read|change|admin) \| (?<parameters>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(opp2p|admin)_[A-Za-z]+")]
    private static partial Regex Method();
}
