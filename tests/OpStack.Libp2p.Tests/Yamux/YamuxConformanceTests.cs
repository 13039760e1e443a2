using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Yamux is a muxer.</summary>
public class YamuxConformanceTests : MuxerConformanceTests
{
    protected override (IMuxerEnd A, IMuxerEnd B) Connect(int? chopSeed = null)
    {
        YamuxPair pair = new(chopSeed);
        return (new End(pair.A), new End(pair.B));
    }

    private sealed class End(YamuxConnection connection) : IMuxerEnd
    {
        public async Task<IByteStream> OpenAsync() => await connection.OpenStreamAsync(default);

        public async Task<IByteStream?> AcceptAsync() => await connection.AcceptStreamAsync(default);

        public Task CloseAsync() => connection.CloseAsync(YamuxGoAwayCode.Normal, default).AsTask();

        public void Abort() => connection.Abort();
    }
}
