using System.Diagnostics;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>What the floods of messages send.</summary>
internal static class Messages
{
    /// <summary>The same valid block again and again; another one after half a minute, before it is too old.</summary>
    public static Func<Random, byte[]> Repeated()
    {
        Lock making = new();
        byte[] data = [];
        long made = 0;
        return _ =>
        {
            lock (making)
            {
                if (data.Length == 0 || Stopwatch.GetElapsedTime(made) > TimeSpan.FromSeconds(30))
                {
                    (data, made) = (CreateValid(), Stopwatch.GetTimestamp());
                }

                return data;
            }
        };
    }

    /// <summary>Random bytes.</summary>
    public static byte[] Garbage(Random random)
    {
        byte[] data = new byte[random.Next(70, 2_000)];
        random.NextBytes(data);
        return data;
    }

    /// <summary>A block of somebody who may not sign.</summary>
    public static byte[] BadlySigned(Random random)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewKey(0x47);
        return TestBlocks.SignedNow(PayloadVersion.V4, HonestBlocks.ChainId, key, (ulong)random.Next(10, 1_000_000), size: 2_000).Encode(PayloadVersion.V4);
    }

    /// <summary>Declares 512 MB, 4 GiB − 1 or 2^40 in a few bytes, or is 10 MiB of zeros in half a megabyte.</summary>
    public static byte[] SnappyBomb(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] zeros = new byte[10 << 20];
            random.NextBytes(zeros.AsSpan(0, 100));
            return SnappyBlock.Encode(zeros);
        }

        ulong[] declared = [512_000_000, uint.MaxValue, 1UL << 40];
        byte[] data = new byte[Varint.MaxLength + 80];
        random.NextBytes(data);
        Varint.Write(data, declared[random.Next(declared.Length)]);
        return data;
    }

    private static byte[] CreateValid()
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        return TestBlocks.SignedNow(PayloadVersion.V4, HonestBlocks.ChainId, key, number: 5, size: 20_000).Encode(PayloadVersion.V4);
    }
}
