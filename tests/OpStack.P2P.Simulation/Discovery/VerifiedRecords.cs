using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Records;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>One record of each encoding for the whole network: a simulation would verify the same few thousand signatures millions of times.</summary>
internal sealed class VerifiedRecords
{
    private readonly Dictionary<int, List<Enr>> _byHash = [];

    public bool TryRead(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record)
    {
        HashCode hash = default;
        hash.AddBytes(rlp);
        int key = hash.ToHashCode();
        List<Enr> known = _byHash.TryGetValue(key, out List<Enr>? list) ? list : _byHash[key] = [];
        foreach (Enr candidate in known)
        {
            if (candidate.Encoded.Span.SequenceEqual(rlp))
            {
                record = candidate;
                return true;
            }
        }

        if (!Enr.TryDecode(rlp, out record))
            return false;
        known.Add(record);
        return true;
    }
}
