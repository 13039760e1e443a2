using System.Net;
using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>
/// The positional parameters of a call, read as go-ethereum's server does. What is wrong with one is an <see cref="OpP2PRpcException"/> with
/// the answer.
/// </summary>
internal sealed class RpcArguments
{
    private readonly List<ReadOnlyMemory<byte>> _values = [];

    /// <param name="parameters">Well-formed JSON, or empty.</param>
    /// <param name="most">Arguments the method has.</param>
    public RpcArguments(ReadOnlyMemory<byte> parameters, int most)
    {
        if (parameters.IsEmpty)
        {
            return;
        }

        Utf8JsonReader reader = ReaderOf(parameters);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw OpP2PRpcException.Refuse(RpcFault.NotPositional);
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (_values.Count == most)
            {
                throw OpP2PRpcException.Refuse(RpcFault.TooManyArguments(most));
            }

            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            _values.Add(parameters[start..(int)reader.BytesConsumed]);
        }
    }

    public bool Bool(int index)
    {
        Utf8JsonReader reader = Required(index);
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Invalid(index, "it is no boolean"),
        };
    }

    /// <summary>A peer id; an empty one is what op-node calls an invalid request.</summary>
    public PeerId Peer(int index)
    {
        string text = Text(index);
        return text.Length == 0 ? throw OpP2PRpcException.Refuse(RpcFault.InvalidRequest)
            : PeerId.TryParse(text, out PeerId? peer) ? peer
            : throw Invalid(index, "failed to parse peer ID");
    }

    /// <summary>An IP address; null and an empty one are invalid requests.</summary>
    public IPAddress Address(int index)
    {
        string text = IsNull(index) ? "" : Text(index);
        return text.Length == 0 ? throw OpP2PRpcException.Refuse(RpcFault.InvalidRequest)
            : IpText.TryParse(text, out IPAddress? address) ? address
            : throw Invalid(index, "invalid IP address");
    }

    /// <summary>A subnet in either form; null, none at all, and one without address or mask are invalid requests.</summary>
    public IPNetwork Subnet(int index)
    {
        if (index >= _values.Count)
        {
            throw OpP2PRpcException.Refuse(RpcFault.InvalidRequest);
        }

        Utf8JsonReader reader = ReaderOf(_values[index]);
        return GoSubnet.TryRead(ref reader, out IPNetwork subnet) switch
        {
            SubnetFault.None => subnet,
            SubnetFault.Incomplete => throw OpP2PRpcException.Refuse(RpcFault.InvalidRequest),
            SubnetFault.WrongType => throw Invalid(index, "it is neither CIDR text nor an object with IP and Mask"),
            _ => throw Invalid(index, "invalid subnet"),
        };
    }

    /// <summary>An address to dial; ends in /p2p.</summary>
    public Multiaddr Dialable(int index)
    {
        string text = Text(index);
        string? fault = !Multiaddr.TryParse(text, out Multiaddr? address) ? "failed to parse multiaddr" : address.PeerId is null ? "invalid p2p multiaddr" : null;
        return fault is null ? address! : throw OpP2PRpcException.Refuse(RpcFault.Failed($"bad peer address: {fault}"));
    }

    /// <summary>An argument that somebody else reads.</summary>
    public ReadOnlySpan<byte> Raw(int index) =>
        index < _values.Count ? _values[index].Span : throw OpP2PRpcException.Refuse(RpcFault.MissingArgument(index));

    public static OpP2PRpcException Invalid(int index, string reason) => OpP2PRpcException.Refuse(RpcFault.InvalidArgument(index, reason));

    private string Text(int index)
    {
        Utf8JsonReader reader = Required(index);
        return reader.TokenType != JsonTokenType.String ? throw Invalid(index, "it is no text")
            : RpcText.TryGet(ref reader, out string? text) ? text
            : throw Invalid(index, $"it is no text of up to {RpcLimits.MaxText} bytes");
    }

    private bool IsNull(int index) => index < _values.Count && _values[index].Span.SequenceEqual("null"u8);

    private Utf8JsonReader Required(int index) =>
        index < _values.Count ? ReaderOf(_values[index]) : throw OpP2PRpcException.Refuse(RpcFault.MissingArgument(index));

    // The depth was checked with the body.
    private static Utf8JsonReader ReaderOf(ReadOnlyMemory<byte> json)
    {
        Utf8JsonReader reader = new(json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        return reader;
    }
}
