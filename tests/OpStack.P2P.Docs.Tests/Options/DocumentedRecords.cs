using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using OpStack.Discv5;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Routing;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Peers.Storage;
using OpStack.Primitives;

namespace OpStack.P2P.Docs.Tests.Options;

/// <summary>The records of the pages of options: <see cref="NetworkConfig"/>, what is under it, and the options of what it may hold.</summary>
internal static class DocumentedRecords
{
    private static readonly RollupConfig Chain = NetworkConfig.ForChain(10).RollupConfig;
    private static readonly Uri Endpoint = new("https://signer.example.org");
    private static readonly Address Somebody = Address.Parse("0xaaaa45d9549eda09e70937013520214382ffc4a2");

    /// <summary>One of each, valid and with nothing set but what must be.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        new NetworkConfig { RollupConfig = Chain },
        new DiscoveryDialOptions(),
        new PeerStoreOptions(),
        new GaterConfig(),
        new PeerMonitoring(),
        new PeerScoreOptions(),
        new BlockHandlerOptions(),
        new SyncOptions(),
        new RpcOptions(),
        new SwarmOptions(),
        new ConnectionLimits(),
        new GossipsubOptions(),
        new PortMapperOptions(),
        new AutoNatOptions(),
        new Discv5Options(),
        new FilterOptions(),
        new RoutingOptions(),
        new RemoteSignerOptions { Endpoint = Endpoint, Address = Somebody },
        new L1SignerSourceOptions { Endpoint = Endpoint, SystemConfig = Somebody },
    ];

    /// <summary>What can be set of a record.</summary>
    public static IEnumerable<PropertyInfo> OptionsOf(object record) =>
        record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>How the table writes the default of an option: nothing for null, for a list without items, and for what has no text of its own.</summary>
    public static string DefaultOf(object record, PropertyInfo option, string unit) =>
        option.GetCustomAttribute<RequiredMemberAttribute>() is not null ? "required" : TextOf(option.GetValue(record), unit);

    /// <summary>The same record with one option changed.</summary>
    public static object With(object record, string option, object value)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        record.GetType().GetProperty(option)!.SetValue(copy, value);
        return copy;
    }

    /// <summary>The option that the library refuses in a record, as it names it; null if it takes the record.</summary>
    public static async Task<string?> RefusedAsync(object record)
    {
        try
        {
            await ValidateAsync(record);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.ParamName ?? e.Message;
        }
    }

    private static async Task ValidateAsync(object record)
    {
        switch (record)
        {
            case NetworkConfig config:
                await using (Network.Builder(config).Build())
                {
                    return;
                }

            case BlockHandlerOptions options:
                _ = new BlockHandler(Chain, new UnsafeBlockSigners(), options);
                return;
            case FilterOptions filter:
                new Discv5Options { Filter = filter }.Validate();
                return;
            case RoutingOptions routing:
                new Discv5Options { Routing = routing }.Validate();
                return;
            default:
                record.GetType().GetMethod("Validate", [])!.Invoke(record, BindingFlags.DoNotWrapExceptions, null, null, null);
                return;
        }
    }

    private static string TextOf(object? value, string unit) => value switch
    {
        null or Address { IsZero: true } => "",
        bool on => on ? "true" : "false",
        string { Length: 0 } => "\"\"",
        string text => text,
        Enum name => name.ToString(),
        TimeSpan or IConvertible => Quantity.Text(value, unit),
        IEnumerable items => string.Join(", ", items.Cast<object>()),
        System.Net.IPAddress address => address.ToString(),
        _ => "",
    };
}
