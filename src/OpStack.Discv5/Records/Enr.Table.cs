namespace OpStack.Discv5.Records;

/// <content>The record as table and lookups see it.</content>
public sealed partial class Enr : INodeRecord;
