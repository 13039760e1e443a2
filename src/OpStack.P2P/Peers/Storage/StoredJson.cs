using System.Text.Json.Serialization;

namespace OpStack.P2P.Peers.Storage;

/// <summary>Reading and writing of both, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8)]
[JsonSerializable(typeof(PeerStoreDocument))]
[JsonSerializable(typeof(GaterDocument))]
internal sealed partial class StoredJson : JsonSerializerContext;
