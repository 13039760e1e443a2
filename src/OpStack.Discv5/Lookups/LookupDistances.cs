namespace OpStack.Discv5.Lookups;

/// <summary>Which distances a node is asked for.</summary>
internal static class LookupDistances
{
    /// <summary>
    /// Up to three distances from <paramref name="node"/> at which it knows nodes close to <paramref name="target"/>, the best first: d,
    /// d+1, d-1, d+2, d-2 and so on, d being that of the target, all within 1 to 256. The target itself is asked for its own record, [0],
    /// and for nothing else: other peers take 0 together with others, or above 256, for misbehaviour.
    /// </summary>
    public static int[] For(NodeId target, NodeId node)
    {
        int distance = node.DistanceTo(target);
        if (distance == 0)
        {
            return [0];
        }

        int[] distances = new int[LookupLimits.Distances];
        distances[0] = distance;
        int count = 1;
        for (int step = 1; count < distances.Length; step++)
        {
            if (distance + step <= LookupLimits.MaxDistance)
            {
                distances[count++] = distance + step;
            }

            if (count < distances.Length && distance - step >= 1)
            {
                distances[count++] = distance - step;
            }
        }

        return distances;
    }
}
