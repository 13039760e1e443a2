using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>A 1 MB message to 30 peers over sockets, until the last of them has it (printed for target 6), against its encryption alone.</summary>
internal static class ForwardRows
{
    private const int Peers = 30;
    private const int Size = 1_000_000;
    private const int WarmUp = 10;
    private const int Rounds = 21;

    public static IEnumerable<Row> Create() =>
    [
        Row.Measured("1 MB to 30 peers over sockets", "30 encryptions by OpenSSL, one core", Target.None, _ => RunAsync().GetAwaiter().GetResult()),
    ];

    private static async Task<Samples> RunAsync()
    {
        await using Child sender = Child.Start(Side.Ours, "flood");
        await using Child receivers = Child.Start(Side.Ours, "flood");
        JsonNode address = (await sender.CallAsync("start", new { count = 1, degree = Peers, answerEvery = 0 }).ConfigureAwait(false))!;
        await receivers.CallAsync("start", new { count = Peers, degree = Peers, answerEvery = 0 }).ConfigureAwait(false);
        await receivers.CallAsync("dial", new { address = (string)address[0]! }).ConfigureAwait(false);
        await sender.UntilAsync("hasMesh", new { degree = Peers }).ConfigureAwait(false);
        List<double> times = [];
        List<double> encryptions = [];
        for (int round = -WarmUp; round < Rounds; round++)
        {
            JsonNode published = (await sender.CallAsync("publish", new { size = Size }).ConfigureAwait(false))!;
            long last = 0;
            for (int peer = 0; peer < Peers; peer++)
            {
                last = Math.Max(last, (long)(await receivers.NextEventAsync().ConfigureAwait(false))["at"]!);
            }

            double encryption = Encrypt();
            if (round >= 0)
            {
                times.Add(last - (long)published["at"]!);
                encryptions.Add(encryption);
            }
        }

        return new Samples(times, encryptions);
    }

    private static double Encrypt()
    {
        using ChaCha20Poly1305 cipher = new(new byte[32]);
        byte[] text = new byte[Size];
        byte[] sealedText = new byte[Size];
        long begin = Clocks.Wall();
        for (int peer = 0; peer < Peers; peer++)
        {
            cipher.Encrypt(new byte[12], text, sealedText, new byte[16]);
        }

        return Clocks.Wall() - begin;
    }
}
