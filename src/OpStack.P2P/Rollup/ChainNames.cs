using System.Globalization;

namespace OpStack.P2P;

/// <summary>Names of registered chains, in the forms in use: "OP Mainnet", op-node's "op-mainnet", kona's "optimism" and "base-sepolia".</summary>
public static class ChainNames
{
    private const string Mainnet = "mainnet", Sepolia = "sepolia";

    private static readonly string[] SepoliaWords = [Sepolia, "testnet"];

    /// <summary>The id, of any chain if it is a number, of a registered one if it is a name; null for neither.</summary>
    public static ulong? Find(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id) ? id
        : ChainRegistry.All.FirstOrDefault(chain => KeyOf(chain.Name, chain.Superchain) == KeyOf(text, superchain: null))?.Config.L2ChainId;

    /// <summary>The words without those of the superchain, which is told by them where it is not known.</summary>
    private static (string Name, string Superchain) KeyOf(string text, string? superchain)
    {
        string[] words = text.ToLowerInvariant().Split([' ', '-', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        string name = string.Concat(words.Except([Mainnet, .. SepoliaWords]));
        return (name == "optimism" ? "op" : name, superchain ?? (words.Intersect(SepoliaWords).Any() ? Sepolia : Mainnet));
    }
}
