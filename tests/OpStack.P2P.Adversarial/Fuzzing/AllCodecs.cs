using OpStack.P2P.Adversarial.Codecs;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>
/// Every codec that reads bytes or text of somebody else's, and the files that this library writes and reads again. PEM files, which the host
/// names and the BCL reads, are not among them.
/// </summary>
internal static class AllCodecs
{
    public static IReadOnlyList<Func<FuzzCodec>> Factories { get; } =
    [
        () => new RlpCodec(),
        () => new ProtobufCodec(),
        () => new MultiaddrCodec(),
        () => new MultiaddrTextCodec(),
        () => new PeerIdCodec(),
        () => new PeerIdTextCodec(),
        () => new PublicKeyCodec(),
        () => new KeyPairCodec(),
        () => new PeerRecordCodec(),
        () => new IdentifyCodec(),
        () => new MultistreamCodec(),
        () => new NoisePayloadCodec(),
        () => new YamuxHeaderCodec(),
        () => new GossipRpcCodec(),
        () => new AutoNatCodec(),
        () => new NatMessageCodec(),
        () => new UpnpCodec(),
        () => new DnsTextCodec(),
        () => new EnrCodec(),
        () => new EnrTextCodec(),
        () => new Discv5PacketCodec(),
        () => new Discv5MessageCodec(),
        () => new OpStackEnrCodec(),
        () => new BootNodeCodec(),
        () => new SnappyBlockCodec(),
        () => new PayloadCodec(PayloadVersion.V1),
        () => new PayloadCodec(PayloadVersion.V2),
        () => new PayloadCodec(PayloadVersion.V3),
        () => new PayloadCodec(PayloadVersion.V4),
        () => new PayloadJsonCodec(),
        () => new SyncResponseCodec(),
        () => new JsonRpcCodec(),
        () => new RpcAnswerCodec(),
        () => new SignerAnswerCodec(),
        () => new BootStoreCodec(),
        () => new PeerStoreCodec(),
        () => new GaterStoreCodec(),
        () => new KeyFileCodec(),
        () => new RollupConfigCodec(),
    ];

    public static IEnumerable<string> Names => Factories.Select(create => create().Name);

    /// <summary><c>all</c>, or names with commas between them.</summary>
    public static bool TryFind(string names, out IReadOnlyList<Func<FuzzCodec>> codecs)
    {
        if (names == "all")
        {
            codecs = Factories;
            return true;
        }

        Func<FuzzCodec>?[] found = [.. names.Split(',').Select(name => Factories.FirstOrDefault(create => create().Name == name))];
        codecs = [.. found.OfType<Func<FuzzCodec>>()];
        return codecs.Count == found.Length;
    }
}
