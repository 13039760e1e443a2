using System.Diagnostics.CodeAnalysis;

namespace OpStack.P2P;

/// <summary>How much peers are scored (op-node <c>--p2p.scoring</c>, kona PeerScoreLevel).</summary>
public enum PeerScoreLevel
{
    /// <summary>Not at all: every score is 0, nobody is graylisted ("off" at kona, "none" at op-node).</summary>
    Off,
    /// <summary>op-node's "light": application score, IP colocation and bad behaviour; with us invalid blocks as well.</summary>
    Light,
}

/// <summary>The texts of <see cref="PeerScoreLevel"/>.</summary>
public static class PeerScoreLevels
{
    /// <summary>Reads "off", "none" or "light", in any case; false for any other text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PeerScoreLevel level)
    {
        level = string.Equals(text, "light", StringComparison.OrdinalIgnoreCase) ? PeerScoreLevel.Light : PeerScoreLevel.Off;
        return level == PeerScoreLevel.Light
            || string.Equals(text, "off", StringComparison.OrdinalIgnoreCase)
            || string.Equals(text, "none", StringComparison.OrdinalIgnoreCase);
    }
}
