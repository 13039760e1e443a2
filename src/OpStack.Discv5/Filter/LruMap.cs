using System.Runtime.CompilerServices;

namespace OpStack.Discv5.Filter;

/// <summary>
/// A map of at most so many keys: when full, the key that was used longest ago makes room. Once grown it allocates nothing.
/// </summary>
internal sealed class LruMap<TKey, TValue>
    where TKey : notnull
{
    private const int None = -1;

    private readonly Dictionary<TKey, int> _index = [];
    private readonly int _capacity;
    private Slot[] _slots = new Slot[16];
    private int _newest = None;
    private int _oldest = None;

    /// <param name="capacity">The most keys kept, at least 1.</param>
    public LruMap(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Keys held.</summary>
    public int Count => _index.Count;

    /// <summary>
    /// The key's value, the default one if it is new; the key becomes the newest. The reference is good until the next call.
    /// </summary>
    public ref TValue? Use(TKey key)
    {
        if (_index.TryGetValue(key, out int slot))
        {
            Unlink(slot);
        }
        else
        {
            slot = Claim();
            _slots[slot].Key = key;
            _slots[slot].Value = default;
            _index.Add(key, slot);
        }

        LinkNewest(slot);
        return ref _slots[slot].Value;
    }

    private int Claim()
    {
        if (_index.Count < _capacity)
        {
            if (_index.Count == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Min(_capacity, _slots.Length * 2));
            }

            return _index.Count;
        }

        int slot = _oldest;
        Unlink(slot);
        _index.Remove(_slots[slot].Key);
        return slot;
    }

    private void Unlink(int slot)
    {
        ref Slot s = ref _slots[slot];
        NewerOf(s.Older) = s.Newer;
        OlderOf(s.Newer) = s.Older;
    }

    private void LinkNewest(int slot)
    {
        _slots[slot].Newer = None;
        _slots[slot].Older = _newest;
        NewerOf(_newest) = slot;
        _newest = slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int NewerOf(int slot) => ref slot == None ? ref _oldest : ref _slots[slot].Newer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int OlderOf(int slot) => ref slot == None ? ref _newest : ref _slots[slot].Older;

    private struct Slot
    {
        public TKey Key;
        public TValue? Value;
        public int Newer;
        public int Older;
    }
}
