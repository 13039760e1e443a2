namespace OpStack.Libp2p.Protobuf;

/// <summary>The wire types in use. Groups (3 and 4) are refused: they nest without a length and nobody in libp2p sends them.</summary>
internal enum ProtobufWireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
