using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

internal static class StreamReading
{
    /// <summary>Real time in these tests is a hang guard only.</summary>
    public static CancellationToken HangGuard => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public static async Task<byte[]> ReadExactlyAsync(this IByteStream stream, int count)
    {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int read = await stream.ReadAsync(bytes.AsMemory(filled), HangGuard);
            Assert.NotEqual(0, read);
            filled += read;
        }

        return bytes;
    }

    public static async Task<byte[]> ReadToEndAsync(this IByteStream stream, int bufferSize = 4096)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[bufferSize];
        while (await stream.ReadAsync(buffer, HangGuard) is int read and > 0)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    public static async Task<Libp2pError> ErrorOfAsync(Func<Task> action) => (await Assert.ThrowsAsync<Libp2pException>(action)).Error;
}
