using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>Every option comes out of the configuration, under the name of op-node's flag.</summary>
public sealed class BindingTests
{
    /// <summary>Options that no flag of op-node or kona-node stands for.</summary>
    private static readonly string[] Ours =
    [
        nameof(P2POptions.StopTimeout), nameof(P2POptions.HealthDegradedAfter), nameof(P2POptions.HealthUnhealthyAfter),
        nameof(P2POptions.RpcAllowMutations), nameof(P2POptions.RpcMaxBodyBytes), nameof(P2POptions.RpcMaxBatch),
        nameof(P2POptions.RpcEnableAdmin), // op-node's, which the sample without an RPC has not.
    ];

    /// <summary>Flags that are no options here: of the sample alone, fixed, without effect at op-node, or said by leaving another one out.</summary>
    private static readonly string[] NoOptions =
    [
        "--blocks", "--json", "--log.level", "--p2p.disable", "--p2p.no-bootstore", "--p2p.mux", "--p2p.security",
        "--p2p.scoring.peers", "--p2p.scoring.topics", "--p2p.score.bands",
    ];

    public static TheoryData<string> Names => [.. Properties.Select(property => property.Name)];

    private static IEnumerable<PropertyInfo> Properties => typeof(P2POptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_is_bound_from_its_name(string name)
    {
        PropertyInfo property = typeof(P2POptions).GetProperty(name)!;
        (string text, object value) = Sample(property);
        P2POptions options = Bind((name, text));

        Assert.Equal(value, property.GetValue(options));
        Assert.NotEqual(value, property.GetValue(new P2POptions()));
        Assert.All(
            Properties.Where(other => other.Name != name), other => Assert.Equal(other.GetValue(new P2POptions()), other.GetValue(options)));
    }

    [Fact]
    public void Every_flag_is_an_option_and_every_option_a_flag()
    {
        string[] flags = [.. FlagTable.All.Select(flag => flag.Name).Except(NoOptions).Select(NameOf).Order()];
        string[] options = [.. Properties.Select(property => property.Name).Except(Ours).Select(name => name.ToLowerInvariant()).Order()];
        Assert.Equal(flags, options);
    }

    [Fact]
    public void Lists_are_arrays_or_one_text_with_commas()
    {
        Assert.Equal(["a", "b"], Bind(("Bootnodes:0", "a"), ("Bootnodes:1", "b")).Bootnodes);
        Assert.Equal(["a,b"], Bind(("Bootnodes", "a,b")).Bootnodes);
    }

    [Fact]
    public void A_slip_of_the_pen_is_told()
    {
        InvalidOperationException unknown = Assert.Throws<InvalidOperationException>(() => Bind(("ListenTpc", "9000")));
        Assert.Contains("ListenTpc", unknown.Message, StringComparison.Ordinal);
        InvalidOperationException wrong = Assert.Throws<InvalidOperationException>(() => Bind(("ListenTcp", "many")));
        Assert.Contains("P2P:ListenTcp", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_wins_over_the_section()
    {
        P2POptions options = Bind(services => services.AddOpStackP2P(
            TestHost.Section(("ListenTcp", "9000"), ("ListenUdp", "9001")), options => options.ListenTcp = 0));
        Assert.Equal((0, 9001), (options.ListenTcp, options.ListenUdp));
    }

    /// <summary>--p2p.listen.tcp is listentcp.</summary>
    private static string NameOf(string flag) =>
        string.Concat(flag.Split('-', '.').Where(word => word is not ("" or "p2p")));

    private static P2POptions Bind(params (string Key, string? Value)[] values) => Bind(services => services.AddOpStackP2P(TestHost.Section(values)));

    /// <summary>Without the validation, which a single option does not pass.</summary>
    private static P2POptions Bind(Action<IServiceCollection> add)
    {
        ServiceCollection services = new();
        add(services);
        services.AddSingleton<IOptionsFactory<P2POptions>>(provider => new OptionsFactory<P2POptions>(
            provider.GetServices<IConfigureOptions<P2POptions>>(), provider.GetServices<IPostConfigureOptions<P2POptions>>()));
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<P2POptions>>().CurrentValue;
    }

    private static (string Text, object Value) Sample(PropertyInfo property) => property.PropertyType switch
    {
        Type type when type == typeof(string) => ("some text", "some text"),
        Type type when type == typeof(bool) => Sample(!(bool)property.GetValue(new P2POptions())!),
        Type type when type == typeof(int) => Sample(4321),
        Type type when type == typeof(double) => ("-12.5", -12.5),
        Type type when type == typeof(TimeSpan) || type == typeof(TimeSpan?) => ("00:01:23.5", new TimeSpan(0, 0, 1, 23, 500)),
        Type type when typeof(IEnumerable).IsAssignableFrom(type) => ("some text", new List<string> { "some text" }),
        Type type => throw new InvalidOperationException($"{property.Name} is a {type}: say here what it looks like in a configuration."),
    };

    private static (string Text, object Value) Sample(IConvertible value) => (value.ToString(CultureInfo.InvariantCulture), value);
}
