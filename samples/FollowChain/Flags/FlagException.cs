namespace OpStack.P2P.FollowChain.Flags;

/// <summary>A command line, or a variable, that is wrong; the message names it and tells no secret.</summary>
internal sealed class FlagException(string message) : Exception(message);
