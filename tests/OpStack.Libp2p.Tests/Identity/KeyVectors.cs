using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Identity;

/// <summary>The keys of libp2p specs, peer-ids (wire.md 1.2).</summary>
internal static class KeyVectors
{
    public const string Secp256k1Private = "0802122053dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb";
    public const string Secp256k1Public = "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
    public const string Secp256k1Id = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY";
    public const string Secp256k1Cid = "bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kte";

    public const string Ed25519Private = "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    public const string Ed25519Public = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    public const string Ed25519Id = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

    public const string EcdsaPublic = "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62";

    public static KeyPair Secp256k1() => Decode(Secp256k1Private);

    public static KeyPair Ed25519() => Decode(Ed25519Private);

    public static PublicKey Public(string hex) =>
        PublicKey.TryDecode(Convert.FromHexString(hex), out PublicKey? key) ? key : throw new InvalidOperationException(hex);

    private static KeyPair Decode(string hex) =>
        KeyPair.TryDecode(Convert.FromHexString(hex), out KeyPair? pair) ? pair : throw new InvalidOperationException("no key");
}
