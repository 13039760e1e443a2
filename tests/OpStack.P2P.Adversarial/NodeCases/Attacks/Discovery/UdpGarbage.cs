namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Discovery;

/// <summary>Random datagrams, of the lengths where rules begin and end.</summary>
internal sealed class UdpGarbage : UdpFlood
{
    private static readonly int[] Lengths = [1, 46, 62, 63, 200, 1_280, 1_281];

    public override string Name => "udp-garbage";

    public override string Row => "51";

    protected override byte[] Make(AttackTarget target, Random random, int number)
    {
        byte[] datagram = new byte[Lengths[number % Lengths.Length]];
        random.NextBytes(datagram);
        return datagram;
    }
}
