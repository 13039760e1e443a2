using System.Net;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Peers;

/// <summary>Signed records of made-up nodes.</summary>
internal static class TestRecords
{
    public const ulong ChainId = 901;

    /// <summary>A key that is the same for the same number.</summary>
    public static Secp256k1PrivateKey Key(int number)
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        secret[0] = 1;
        BitConverter.TryWriteBytes(secret.AsSpan(4), number);
        return Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key) ? key : throw new InvalidOperationException();
    }

    /// <summary>The record of node <paramref name="number"/>, of our chain unless changed.</summary>
    public static Enr Of(int number, ulong sequence = 1, string ip = "52.1.2.3", ulong? chainId = ChainId, Action<EnrBuilder>? change = null)
    {
        using Secp256k1PrivateKey key = Key(number);
        EnrBuilder builder = new EnrBuilder(sequence).SetIp(IPAddress.Parse(ip)).SetUdp(9222).SetTcp(9222);
        if (chainId is { } id)
        {
            builder.Set(OpStackEnr.Key, OpStackEnr.FromChainId(id).Encode());
        }

        change?.Invoke(builder);
        return builder.Build(key);
    }
}
