namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// The order in which scores of peers that are gone give way: best first, of equals the one that ends first. The score is as it was when the
/// peer left, without P6: a crowded address must not make its sybils' scores outlast those of peers that did harm.
/// </summary>
internal readonly record struct RetentionRank(double Score, TimeSpan ForgetAt, long Number) : IComparable<RetentionRank>
{
    public int CompareTo(RetentionRank other)
    {
        int order = other.Score.CompareTo(Score);
        order = order != 0 ? order : ForgetAt.CompareTo(other.ForgetAt);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }
}
