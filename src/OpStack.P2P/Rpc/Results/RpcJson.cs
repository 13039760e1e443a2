using System.Net;
using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Rpc.Results;

/// <summary>
/// Reading and writing of the results, generated at compile time. What is missing is read as null, which Go also writes for a nil slice: the
/// results take it for what is empty.
/// </summary>
[JsonSourceGenerationOptions(
    MaxDepth = RpcLimits.MaxResultDepth,
    Converters = [typeof(PeerIdConverter), typeof(IpAddressConverter), typeof(GoSubnetConverter), typeof(NumberConverter)])]
[JsonSerializable(typeof(PeerInfo))]
[JsonSerializable(typeof(PeerDump))]
[JsonSerializable(typeof(PeerStats))]
[JsonSerializable(typeof(PeerCount))]
[JsonSerializable(typeof(ScoreExplanation))]
[JsonSerializable(typeof(BandwidthReport))]
[JsonSerializable(typeof(IReadOnlyList<BanInfo>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, TopicMesh>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<PeerId>))]
[JsonSerializable(typeof(IReadOnlyList<IPAddress>))]
[JsonSerializable(typeof(IReadOnlyList<IPNetwork>))]
internal sealed partial class RpcJson : JsonSerializerContext;
