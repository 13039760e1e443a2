using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>
/// One encoded block to 30 peers through queue, yamux and noise, into sinks that throw it away (target 6), against its encryption alone on as many cores.
/// </summary>
internal static class ForwardCoreRows
{
    private const int Peers = 30;
    private const double OfTheCipher = 0.6;

    public static IEnumerable<Row> Create() =>
    [
        new("1 MB to 30 peers, to discarding sinks", "30 encryptions by OpenSSL, all cores", Target.SpeedAtLeast(OfTheCipher), () =>
        {
            Fan fan = new(1_000_000);
            return new Contest(fan.Forward, fan.Encrypt);
        })
        { IsParallel = true },
    ];

    private sealed class Fan
    {
        private readonly GossipFrame _frame;
        private readonly Receiver[] _receivers;
        private readonly ChaCha20Poly1305[] _ciphers = [.. Enumerable.Range(0, Peers).Select(_ => new ChaCha20Poly1305(new byte[32]))];
        private readonly byte[][] _texts = [.. Enumerable.Range(0, Peers).Select(_ => new byte[NoiseLimits.MaxSentPlaintext])];

        public Fan(int size)
        {
            _frame = GossipFrame.Encode("/optimism/10/3/blocks", new byte[size]);
            _receivers = [.. Enumerable.Range(0, Peers).Select(_ => new Receiver())];
        }

        /// <summary>As a router does that accepted a block: one reference to every queue. Ends when every sink has every byte.</summary>
        public void Forward()
        {
            Task[] received = new Task[Peers];
            for (int peer = 0; peer < Peers; peer++)
            {
                received[peer] = _receivers[peer].Expect(_frame.Length);
                _frame.Retain();
                if (!_receivers[peer].Queue.TryEnqueue(_frame, default, out _))
                {
                    throw new InvalidOperationException("The queue is full.");
                }
            }

            Task.WhenAll(received).GetAwaiter().GetResult();
        }

        /// <summary>The same bytes in messages of the same length.</summary>
        public void Encrypt() => Parallel.For(0, Peers, peer =>
        {
            Span<byte> nonce = stackalloc byte[12];
            Span<byte> tag = stackalloc byte[16];
            for (int left = _frame.Length; left > 0; left -= NoiseLimits.MaxSentPlaintext)
            {
                int length = Math.Min(left, NoiseLimits.MaxSentPlaintext);
                _ciphers[peer].Encrypt(nonce, _frame.Bytes.Span.Slice(_frame.Length - left, length), _texts[peer].AsSpan(0, length), tag);
            }
        });
    }

    /// <summary>A peer's queue and stream, and at their end a transport that counts.</summary>
    private sealed class Receiver
    {
        private readonly Sink _sink = new();
        private readonly YamuxConnection _connection;
        private readonly TaskCompletionSource _opened = new();

        public Receiver()
        {
            byte[] key = new byte[32];
            NoiseConnection noise = new(_sink, new NoiseCipherState(key), new NoiseCipherState(key), KeyPair.GenerateEd25519().PublicKey, null);
            _connection = YamuxConnection.Start(noise, isInitiator: true, new YamuxOptions(), TimeProvider.System, NullLogger.Instance);
            Queue.Open(1);
            _ = Task.Run(WriteAsync);
            _opened.Task.GetAwaiter().GetResult();
        }

        public PeerSendQueue Queue { get; } = new();

        public Task Expect(int bytes) => _sink.Expect(bytes);

        private async Task WriteAsync()
        {
            YamuxStream stream = await _connection.OpenStreamAsync(CancellationToken.None).ConfigureAwait(false);
            _sink.Accept(stream.Id);
            _opened.SetResult();
            while (true)
            {
                SendEntry entry = await Queue.DequeueAsync(CancellationToken.None).ConfigureAwait(false);
                await stream.WriteAsync(entry.Frame!.Bytes, CancellationToken.None).ConfigureAwait(false);
                Queue.Complete(entry);
            }
        }
    }
}
