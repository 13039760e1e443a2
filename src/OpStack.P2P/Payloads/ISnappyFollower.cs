namespace OpStack.P2P.Payloads;

/// <summary>Reads what is decoded while the rest still is: what is written once never changes.</summary>
internal interface ISnappyFollower
{
    /// <summary>So many bytes of the destination are final. Called now and then, with lengths that never fall, and not for the last bytes if decoding fails.</summary>
    void Written(int length);
}
