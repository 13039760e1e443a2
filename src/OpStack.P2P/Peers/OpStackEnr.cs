using OpStack.Discv5.Records;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Peers;

/// <summary>
/// The <c>opstack</c> entry of a node record, by which nodes of one rollup find each other: an RLP byte string that holds
/// uvarint(chain id) ‖ uvarint(version) (op-node p2p/discovery.go, OpStackENRData).
/// </summary>
/// <param name="ChainId">The L2 chain id.</param>
/// <param name="Version">Version of the network; 0 is the only one there is.</param>
public readonly record struct OpStackEnr(ulong ChainId, ulong Version)
{
    /// <summary>The entry's key in a record (op-node; kona's OP_CL_KEY).</summary>
    public const string Key = "opstack";

    /// <summary>The entry a node of this chain has: version 0.</summary>
    public static OpStackEnr FromChainId(ulong chainId) => new(chainId, 0);

    /// <summary>The content of the entry's byte string, 2 to 20 bytes, without the RLP prefix.</summary>
    public byte[] Encode()
    {
        byte[] content = new byte[Varint.LengthOf(ChainId) + Varint.LengthOf(Version)];
        int length = Varint.Write(content, ChainId);
        Varint.Write(content.AsSpan(length), Version);
        return content;
    }

    /// <summary>
    /// Reads the content of the entry's byte string. Bytes behind the two numbers are passed over: they are kept for extensions.
    /// Any version is read; <see cref="EnrValidation"/> judges it.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> content, out OpStackEnr entry)
    {
        entry = default;
        if (!Varint.TryRead(content, out ulong chainId, out int length) || !Varint.TryRead(content[length..], out ulong version, out _))
        {
            return false;
        }

        entry = new OpStackEnr(chainId, version);
        return true;
    }

    /// <summary>Reads the entry of a record that has one of version 0; otherwise <paramref name="error"/> tells what is wrong.</summary>
    public static bool TryGet(Enr record, out OpStackEnr entry, out OpStackEnrError error)
    {
        ArgumentNullException.ThrowIfNull(record);
        entry = default;
        error = OpStackEnrError.None;
        if (!record.TryGetRaw(Key, out _))
        {
            error = OpStackEnrError.MissingKey;
        }
        else if (!record.TryGetBytes(Key, out ReadOnlyMemory<byte> content) || !TryDecode(content.Span, out entry))
        {
            error = OpStackEnrError.DecodeError;
        }
        else if (entry.Version != 0)
        {
            error = OpStackEnrError.InvalidVersion;
        }

        return error == OpStackEnrError.None;
    }
}
