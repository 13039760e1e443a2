using System.Diagnostics;

namespace OpStack.P2P.TestKit;

/// <summary>What the whole process holds.</summary>
public static class ProcessCounts
{
    /// <summary>Sockets open now; where the system does not list them, handles of any kind.</summary>
    public static int Sockets()
    {
        const string Descriptors = "/proc/self/fd";
        if (!Directory.Exists(Descriptors))
        {
            using Process self = Process.GetCurrentProcess();
            return self.HandleCount;
        }

        // A descriptor may be gone before it is looked at: then it has no target.
        return Directory.GetFileSystemEntries(Descriptors).Count(d => new FileInfo(d).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
    }

    /// <summary>Bytes of managed memory that are in use.</summary>
    public static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
