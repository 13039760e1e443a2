namespace OpStack.Libp2p.Yamux;

/// <summary>
/// Which ids the peer has used, so that none is used twice: the highest, and a bit for each of the <see cref="YamuxLimits.IdReorderWindow"/> below it.
/// An id below those counts as used.
/// </summary>
internal sealed class InboundIds
{
    private const int Words = YamuxLimits.IdReorderWindow / 64;

    private readonly ulong[] _used = new ulong[Words];
    private long _highest = -1;

    /// <summary>Whether <paramref name="id"/> (of the peer's parity) may still be opened.</summary>
    public bool IsFresh(uint id)
    {
        long index = id >> 1;
        return index > _highest || (index > _highest - YamuxLimits.IdReorderWindow && (_used[Word(index)] & Bit(index)) == 0);
    }

    /// <summary>Takes <paramref name="id"/>, which is fresh.</summary>
    public void Use(uint id)
    {
        long index = id >> 1;
        if (index - _highest >= YamuxLimits.IdReorderWindow)
        {
            Array.Clear(_used);
        }
        else
        {
            for (long skipped = _highest + 1; skipped <= index; skipped++)
            {
                _used[Word(skipped)] &= ~Bit(skipped);
            }
        }

        _highest = Math.Max(_highest, index);
        _used[Word(index)] |= Bit(index);
    }

    private static int Word(long index) => (int)(index / 64 % Words);

    private static ulong Bit(long index) => 1UL << (int)(index % 64);
}
