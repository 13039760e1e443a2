using System.Globalization;
using System.Net.Sockets;

namespace OpStack.Libp2p.Transport;

/// <summary>
/// Keeps connections off the last file descriptors of the process. On Linux .NET opens a pipe for every thread it starts, and ends the process
/// ("Out of memory.") where it cannot: a node whose connections take the last descriptors dies when the thread pool next grows.
/// </summary>
internal static class DescriptorReserve
{
    private static readonly long FirstReserved = FirstOf(ReadLimit());

    /// <summary>
    /// The socket, unless its descriptor is one of the reserve: then disposes it and throws <see cref="SocketException"/> (TooManyOpenSockets),
    /// as the kernel does with none left.
    /// </summary>
    public static Socket Check(Socket socket)
    {
        // The kernel gives the lowest free number, so that the number tells how many are taken.
        if (OperatingSystem.IsLinux() && socket.Handle >= FirstReserved)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        return socket;
    }

    /// <summary>The lowest descriptor of the reserve, of so many that the process may open.</summary>
    internal static long FirstOf(long limit) => limit - Math.Min(TransportLimits.ReservedDescriptors, limit / 8);

    /// <summary>The soft limit in a text like /proc/self/limits; no limit where it tells none.</summary>
    internal static long ParseLimit(string limits)
    {
        const string Name = "Max open files";
        string? line = limits.Split('\n').FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        string? soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : long.MaxValue;
    }

    private static long ReadLimit()
    {
        try
        {
            return ParseLimit(File.ReadAllText("/proc/self/limits"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue; // Not Linux, or no /proc: the kernel's own limit is all there is.
        }
    }
}
