namespace OpStack.Libp2p.Gossipsub;

/// <summary>Random choices among peers.</summary>
internal static class PeerSelection
{
    /// <summary>Shuffles and keeps the first <paramref name="count"/>.</summary>
    public static List<T> Sample<T>(List<T> from, int count, Random random)
    {
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(from));
        if (from.Count > count)
        {
            from.RemoveRange(Math.Max(count, 0), from.Count - Math.Max(count, 0));
        }

        return from;
    }

    /// <summary>
    /// Chooses <paramref name="degree"/> of an oversized mesh to stay (wire.md 9.12 step 5c): the best by score, the rest at random, and
    /// among all of them at least <paramref name="outbound"/> that we dialled, as far as there are any.
    /// </summary>
    public static List<RouterPeer> ChooseMesh(
        IEnumerable<RouterPeer> mesh, int degree, int byScore, int outbound, Func<RouterPeer, double> score, Random random)
    {
        // The shuffle before the stable sort decides between equal scores.
        List<RouterPeer> ranked = [.. Sample([.. mesh], int.MaxValue, random).OrderByDescending(score)];
        if (ranked.Count <= degree)
        {
            return ranked;
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ranked)[byScore..]);
        List<RouterPeer> chosen = ranked[..degree];
        int missing = outbound - chosen.Count(peer => peer.Outbound);
        foreach (RouterPeer dialled in ranked[degree..].Where(peer => peer.Outbound).Take(Math.Max(missing, 0)))
        {
            chosen.RemoveAt(chosen.FindLastIndex(peer => !peer.Outbound));
            chosen.Add(dialled);
        }

        return chosen;
    }
}
