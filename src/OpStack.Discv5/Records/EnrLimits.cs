namespace OpStack.Discv5.Records;

/// <summary>Bounds of node records.</summary>
internal static class EnrLimits
{
    /// <summary>
    /// Longest text form looked at, in characters. 300 bytes are 404 characters; longer text is refused before base64 (beacon-fuzz 07).
    /// </summary>
    internal const int MaxTextLength = 512;

    /// <summary>Lists within lists: each takes at least one byte of the 300 (EIP-778).</summary>
    internal const int MaxDepth = Enr.MaxSize;
}
