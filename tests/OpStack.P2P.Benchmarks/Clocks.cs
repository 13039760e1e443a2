using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks;

/// <summary>Clocks in nanoseconds.</summary>
internal static partial class Clocks
{
    // time.h of Linux.
    private const int ThreadProcessorTime = 3;

    /// <summary>The wall clock.</summary>
    public static long Wall() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>Processor time of this thread, which other work on the machine does not lengthen; the wall clock where there is none.</summary>
    public static long Thread() =>
        OperatingSystem.IsLinux() && clock_gettime(ThreadProcessorTime, out Timespec time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : Wall();

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
