namespace OpStack.Discv5.Filter;

/// <summary>How many of each key: keys come with the first and go with the last.</summary>
internal sealed class CountMap<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _counts = [];

    /// <summary>Distinct keys.</summary>
    public int Keys => _counts.Count;

    /// <summary>How many there are of the key.</summary>
    public int this[TKey key] => _counts.GetValueOrDefault(key);

    /// <summary>Each key with its count; a struct, so that going through allocates nothing.</summary>
    public Dictionary<TKey, int>.Enumerator GetEnumerator() => _counts.GetEnumerator();

    /// <summary>One more.</summary>
    public void Add(TKey key) => _counts[key] = this[key] + 1;

    /// <summary>One less, if there is any.</summary>
    public void Remove(TKey key)
    {
        int count = this[key];
        if (count > 1)
        {
            _counts[key] = count - 1;
        }
        else
        {
            _counts.Remove(key);
        }
    }
}
