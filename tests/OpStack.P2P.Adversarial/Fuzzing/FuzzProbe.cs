using System.Diagnostics;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Gives a codec one input and watches it: exceptions, time, allocations, and what must hold of the accepted.</summary>
/// <param name="codec">The codec, this probe's alone.</param>
/// <param name="block">What its inputs are of; only said in <see cref="Trial"/>.</param>
internal sealed class FuzzProbe(FuzzCodec codec, long block = 0)
{
    /// <summary>Per input; an input over it is run three times more, and is a finding only if it is over each time (the machine is shared).</summary>
    public static readonly TimeSpan TimeBudget = TimeSpan.FromMilliseconds(10);

    private const int Repeats = 3;

    /// <summary>From here on a decode is repeated too, so that the slowest one reported is slow by itself.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(0.5);

    private FuzzTrial? _trial;

    public FuzzCodec Codec => codec;

    public long Block => block;

    /// <summary>The input being tried now; null between two. Any thread.</summary>
    public FuzzTrial? Trial => Volatile.Read(ref _trial);

    public bool Accepted { get; private set; }

    /// <summary>What the decode took; the least of the runs where it was repeated.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Bytes that the decode allocated; the least of the runs where it was repeated.</summary>
    public long Allocated { get; private set; }

    /// <summary>Null when all is well.</summary>
    public FuzzFinding? Try(byte[] input)
    {
        Volatile.Write(ref _trial, new FuzzTrial(block, input));
        try
        {
            codec.Prepare(input);
            Measure(input);
            long budget = codec.AllocationBudget(input.Length);
            for (int i = 0; i < Repeats && (Elapsed > Suspicious || Allocated > budget); i++)
            {
                (TimeSpan elapsed, long allocated) = (Elapsed, Allocated);
                Measure(input);
                (Elapsed, Allocated) = (TimeSpan.FromTicks(Math.Min(elapsed.Ticks, Elapsed.Ticks)), Math.Min(allocated, Allocated));
            }

            return Elapsed > TimeBudget ? new FuzzFinding(FuzzFault.Time, $"{Elapsed.TotalMilliseconds:F1} ms", input)
                : Allocated > budget ? new FuzzFinding(FuzzFault.Allocation, $"{Allocated} bytes of {budget}", input)
                : (Accepted ? codec.FindBrokenProperty(input) : codec.FindBrokenRefusal(input)) is { } broken ? new FuzzFinding(FuzzFault.Property, broken, input)
                : null;
        }
        catch (Exception e)
        {
            // Reported, whatever it is: that nothing is thrown is what the fuzzer is here to show.
            return new FuzzFinding(FuzzFault.Exception, $"{e.GetType().Name}: {e.Message}", input);
        }
        finally
        {
            Volatile.Write(ref _trial, null);
        }
    }

    private void Measure(byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        Accepted = codec.TryDecode(input);
        Elapsed = Stopwatch.GetElapsedTime(started);
        Allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    }
}
