using System.Globalization;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers.Storage;

/// <summary>
/// A process that saves as fast as it can until it is killed. Every generation is a thousand peers with a latency of so many milliseconds;
/// it is printed once it is saved.
/// </summary>
internal static class StateWriter
{
    public const string Name = "state-writer";
    public const int Peers = 1000;

    public static int Run(string directory)
    {
        FakeTimeProvider time = new(); // It stands still: what is saved is saved because it changed or because the saver ends.
        PeerStoreOptions options = new() { Directory = directory };
        for (int generation = 1; ; generation++)
        {
            PeerStore store = new(options, time);
            ConnectionGater gater = new(timeProvider: time);
            PeerStateSaver saver = new(directory, options, store, gater, time, new LogRecorder());
            saver.Start();
            for (int i = 0; i < Peers; i++)
            {
                store.AddLatency(TestPeers.Cheap(i), TimeSpan.FromMilliseconds(generation));
            }

            gater.BanPeer(TestPeers.Cheap(generation), TimeSpan.FromHours(1), generation.ToString(CultureInfo.InvariantCulture));
            saver.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Console.WriteLine(generation.ToString(CultureInfo.InvariantCulture));
        }
    }
}
