using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Multiformats;

/// <summary>A self-describing network address. PLACEHOLDER BODY: owned by the room "identity".</summary>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();
    /// <summary>The peer id of the last /p2p part, if any.</summary>
    public PeerId? PeerId => throw new NotImplementedException();
    /// <summary>Reads text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Multiaddr? address) => throw new NotImplementedException();
    /// <summary>Reads text; throws <see cref="FormatException"/>.</summary>
    public static Multiaddr Parse(string text) => throw new NotImplementedException();
    /// <summary>Reads the binary form; never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address) => throw new NotImplementedException();
    /// <summary>/ip4|ip6/…/tcp/port of an endpoint (v4-mapped addresses become ip4).</summary>
    public static Multiaddr FromTcpEndPoint(IPEndPoint endPoint) => throw new NotImplementedException();
    /// <summary>True for exactly /ip4|ip6/…/tcp/port[/p2p/…].</summary>
    public bool TryGetTcpEndPoint([NotNullWhen(true)] out IPEndPoint? endPoint) => throw new NotImplementedException();
    /// <summary>True for exactly /dns|dns4|dns6/host/tcp/port[/p2p/…].</summary>
    public bool TryGetDnsHost([NotNullWhen(true)] out string? host, out System.Net.Sockets.AddressFamily family, out int port) => throw new NotImplementedException();
    /// <summary>The same address ending in /p2p/<paramref name="peer"/>.</summary>
    public Multiaddr WithPeerId(PeerId peer) => throw new NotImplementedException();
    /// <summary>The same address without a last /p2p part.</summary>
    public Multiaddr WithoutPeerId() => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>The text form.</summary>
    public override string ToString() => throw new NotImplementedException();
}
