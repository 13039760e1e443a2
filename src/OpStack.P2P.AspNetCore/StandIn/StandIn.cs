#pragma warning disable
using System.Buffers;
using System.Text;

namespace OpStack.P2P.Hosting
{
    /// <summary>s</summary>
    public sealed class P2PNode
    {
        /// <summary>s</summary>
        public NetworkHandler? Handler { get; set; }
    }
}

namespace OpStack.P2P
{
    /// <summary>s</summary>
    public sealed record RpcOptions { public int MaxBodyBytes { get; init; } = 1 << 20; }

    /// <summary>s</summary>
    public sealed class OpP2PRpc
    {
        /// <summary>s</summary>
        public RpcOptions Options { get; } = new();
        /// <summary>s</summary>
        public ValueTask<byte[]?> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken ct) => new(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"result":1}"""));
    }

    /// <summary>s</summary>
    public static class StandInExtensions
    {
        static readonly OpP2PRpc R = new();
        extension(NetworkHandler h) { public OpP2PRpc Rpc => R; }
    }

    /// <summary>s</summary>
    public sealed class PrometheusText : IDisposable
    {
        public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
        public void Write(IBufferWriter<byte> output) => output.Write("# stand-in\n"u8);
        public void Dispose() { }
    }
}
