using System.Diagnostics.CodeAnalysis;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.TestKit;

/// <summary>Decodes snappy the way a gossip message goes: into an array of the declared length, while somebody reads what is told to be written.</summary>
public static class FollowedSnappy
{
    /// <summary>False when the length is unreadable, too large or impossible, when nothing is allocated, or an element is malformed.</summary>
    /// <exception cref="InvalidOperationException">What was told was taken back, or changed later.</exception>
    public static bool TryDecode(ReadOnlySpan<byte> compressed, int maxLength, [NotNullWhen(true)] out byte[]? decoded)
    {
        if (!SnappyBlock.TryAllocate(compressed, maxLength, out decoded))
        {
            return false;
        }

        Follower follower = new(decoded);
        bool isWellFormed = SnappyBlock.TryDecode(compressed, decoded, out _, follower);
        follower.Check(isWellFormed);
        decoded = isWellFormed ? decoded : null;
        return isWellFormed;
    }

    /// <summary>Reads each byte as soon as it may be read, and once more when all is over.</summary>
    private sealed class Follower(byte[] destination) : ISnappyFollower
    {
        private int _told;
        private ulong _sum;

        public void Written(int length)
        {
            if (length < _told || length > destination.Length)
            {
                throw new InvalidOperationException($"{length} bytes are told after {_told} of {destination.Length}.");
            }

            _sum = Sum(_sum, destination.AsSpan(_told..length));
            _told = length;
        }

        public void Check(bool isWhole)
        {
            if (isWhole && _told != destination.Length)
            {
                throw new InvalidOperationException($"Only {_told} of {destination.Length} bytes are told.");
            }

            if (Sum(0, destination.AsSpan(0, _told)) != _sum)
            {
                throw new InvalidOperationException($"Some of {_told} bytes have changed since they were told.");
            }
        }

        // Odd, so that no change of one byte is lost.
        private static ulong Sum(ulong sum, ReadOnlySpan<byte> bytes)
        {
            foreach (byte one in bytes)
            {
                sum = (sum * 0x9E3779B97F4A7C15) + one;
            }

            return sum;
        }
    }
}
