using System.Net;
using OpStack.Primitives;

namespace OpStack.Discv5.Tests.Routing;

/// <summary>A record without keys or signature: for tests that need thousands of nodes.</summary>
internal sealed record TestNode(NodeId NodeId, ulong Sequence, IPEndPoint? Udp4, IPEndPoint? Udp6 = null) : INodeRecord
{
    public static readonly NodeId Zero = new(Hash256.Zero);

    /// <summary>A node at a distance from another; different salts are different nodes, as far as the distance has room for them.</summary>
    public static TestNode At(NodeId from, int distance, int salt, string endpoint) =>
        new(IdAt(from, distance, salt), 1, IPEndPoint.Parse(endpoint));

    /// <summary>The salt fills the 31 bits below the one that decides the distance, as far as there are any.</summary>
    public static NodeId IdAt(NodeId from, int distance, int salt)
    {
        System.Numerics.BigInteger bit = System.Numerics.BigInteger.One << (distance - 1);
        System.Numerics.BigInteger low = distance > 31 ? (System.Numerics.BigInteger)salt << (distance - 32) : salt % (int)bit;
        byte[] xor = (bit | low).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] id = from.ToHash256().ToArray();
        for (int i = 0; i < xor.Length; i++)
        {
            id[id.Length - xor.Length + i] ^= xor[i];
        }

        return new NodeId(new Hash256(id));
    }

    /// <summary>An endpoint of its own /24 for each number up to about four million, all global.</summary>
    public static IPEndPoint Endpoint(int number) => new(new IPAddress([(byte)(64 + (number >> 16)), (byte)(number >> 8), (byte)number, 7]), 9000);
}
