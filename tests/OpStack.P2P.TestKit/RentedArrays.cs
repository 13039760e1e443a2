using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace OpStack.P2P.TestKit;

/// <summary>
/// The arrays of the shared pools that were rented since this was made, by the test that made it and whatever it began, and not given back: the
/// runtime tells of each (event source System.Buffers.ArrayPoolEventSource, BufferRented 1 and BufferReturned 3).
/// </summary>
public sealed class RentedArrays : EventListener
{
    private const int Rented = 1;
    private const int Returned = 3;

    // Flows to whatever the test begins; what runs on from other tests rents for itself.
    private readonly AsyncLocal<bool> _isOurs = new() { Value = true };

    // By the array's hash code and its pool's, which two arrays may share.
    private readonly ConcurrentDictionary<(int Array, int Pool), int> _out = new();
    private long _rents;

    /// <summary>Arrays that are out.</summary>
    public int Count => _out.Values.Sum();

    /// <summary>Rents so far: none would mean that the runtime tells nothing.</summary>
    public long Rents => Volatile.Read(ref _rents);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
        {
            EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId == Rented && _isOurs?.Value == true)
        {
            Interlocked.Increment(ref _rents);
            _out.AddOrUpdate(KeyOf(eventData), 1, (_, count) => count + 1);
        }
        else if (eventData.EventId == Returned && _out.TryGetValue(KeyOf(eventData), out int count))
        {
            _out[KeyOf(eventData)] = Math.Max(0, count - 1);
        }
    }

    private static (int Array, int Pool) KeyOf(EventWrittenEventArgs eventData) => ((int)eventData.Payload![0]!, (int)eventData.Payload[2]!);
}
