using System.Collections.Immutable;
using System.Net;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Tests.Peers.Gating;

/// <summary>The set of subnets against the BCL, one network at a time.</summary>
public sealed class SubnetSetTests
{
    [Fact]
    public void It_contains_what_one_of_its_networks_contains()
    {
        Random random = new(33);
        for (int round = 0; round < 50; round++)
        {
            IPNetwork[] networks = [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => RandomNetwork(random))];
            SubnetSet set = new([.. networks]);
            for (int i = 0; i < 200; i++)
            {
                IPAddress address = networks.Length > 0 && i % 2 == 0 ? Near(networks[random.Next(networks.Length)], random) : RandomAddress(random);
                bool expected = networks.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address));
                Assert.True(expected == set.Contains(address), $"{address} in {string.Join(' ', networks)}");
            }
        }
    }

    [Fact]
    public void The_same_networks_are_the_same_set()
    {
        SubnetSet set = new([IPNetwork.Parse("10.0.0.0/8")]);
        Assert.Same(set, set.Replace(set.Subnets));
        Assert.NotSame(set, set.Replace(ImmutableHashSet<IPNetwork>.Empty));
    }

    private static IPAddress RandomAddress(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        bytes[0] &= 0x03; // A small space, so that networks meet.
        return new IPAddress(bytes);
    }

    private static IPNetwork RandomNetwork(Random random)
    {
        byte[] bytes = RandomAddress(random).GetAddressBytes();
        int length = random.Next((bytes.Length * 8) + 1);
        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>An address that differs from the network's in one bit.</summary>
    private static IPAddress Near(IPNetwork network, Random random)
    {
        byte[] bytes = network.BaseAddress.GetAddressBytes();
        int bit = random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}
