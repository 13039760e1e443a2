using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace OpStack.P2P.Benchmarks;

/// <summary>Clocks in nanoseconds.</summary>
internal static partial class Clocks
{
    // time.h of Linux.
    private const int ThreadProcessorTime = 3;
    private const string Tasks = "/proc/self/task";

    /// <summary>The wall clock.</summary>
    public static long Wall() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>Processor time of this thread, which other work on the machine does not lengthen; the wall clock where there is none.</summary>
    public static long Thread() =>
        OperatingSystem.IsLinux() && clock_gettime(ThreadProcessorTime, out Timespec time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : Wall();

    /// <summary>How long all threads of the process have waited for a core so far, though they could run; 0 where Linux does not tell.</summary>
    public static long Waited()
    {
        long waited = 0;
        foreach (string task in Directory.Exists(Tasks) ? Directory.EnumerateDirectories(Tasks) : [])
        {
            try
            {
                // Time on a core, time in its queue, and how often.
                waited += long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return waited;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
