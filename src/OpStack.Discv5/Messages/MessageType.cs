namespace OpStack.Discv5.Messages;

/// <summary>The first byte of a message. 07 and above are drafts that neither geth nor sigp implements.</summary>
internal enum MessageType : byte
{
    Ping = 1,
    Pong = 2,
    FindNode = 3,
    Nodes = 4,
    TalkRequest = 5,
    TalkResponse = 6,
}
