using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Peers;

/// <summary>Why a text names no node.</summary>
/// <param name="Kind">What it was taken for.</param>
/// <param name="Enode">What is wrong with it as an enode URL.</param>
public readonly record struct BootNodeParseError(BootNodeParseErrorKind Kind, NodeRecordParseError Enode)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == BootNodeParseErrorKind.InvalidEnode ? $"{Kind} ({Enode})" : Kind.ToString();
}

/// <summary>The kinds of <see cref="BootNodeParseError"/>.</summary>
public enum BootNodeParseErrorKind
{
    /// <summary>No error.</summary>
    None,
    /// <summary>It begins neither with enr: nor with enode://.</summary>
    UnknownScheme,
    /// <summary>Not the text of a valid, signed node record.</summary>
    InvalidEnr,
    /// <summary>Not an enode URL.</summary>
    InvalidEnode,
}

/// <summary>
/// A node to begin discovery with: a signed record, or an enode URL whose record has to be asked for (kona's BootNode, AnyNode).
/// </summary>
public sealed record BootNode
{
    private const string EnrScheme = "enr:";

    /// <summary>A node whose record is known.</summary>
    public BootNode(Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Enr = record;
    }

    /// <summary>A node of which only key and host are known.</summary>
    public BootNode(NodeRecord enode)
    {
        ArgumentNullException.ThrowIfNull(enode);
        Enode = enode;
    }

    /// <summary>The signed record, or null.</summary>
    public Enr? Enr { get; }

    /// <summary>The enode URL, or null. One of the two is there.</summary>
    public NodeRecord? Enode { get; }

    /// <summary>The node's key.</summary>
    public Secp256k1PublicKey PublicKey => Enr?.PublicKey ?? Enode!.PublicKey;

    /// <summary>The node's discv5 id.</summary>
    public NodeId NodeId => NodeId.FromPublicKey(PublicKey);

    /// <summary>The node's libp2p id.</summary>
    public PeerId PeerId => PublicKey.ToPeerId();

    /// <summary>Where libp2p reaches the node; null when it names no TCP port.</summary>
    public Multiaddr? ToMultiaddr() => Enr is not null ? Enr.ToMultiaddr() : Enode!.ToMultiaddr();

    /// <summary>Reads enr:… or enode://…, passing over white space around it; never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BootNode? node, out BootNodeParseError error)
    {
        node = null;
        error = default;
        text = text?.Trim() ?? "";
        if (text.StartsWith(EnrScheme, StringComparison.Ordinal))
        {
            bool valid = Enr.TryParse(text, out Enr? record);
            node = valid ? new BootNode(record!) : null;
            error = valid ? default : new BootNodeParseError(BootNodeParseErrorKind.InvalidEnr, default);
        }
        else if (text.StartsWith(NodeRecord.Scheme, StringComparison.Ordinal))
        {
            bool valid = NodeRecord.TryParse(text, out NodeRecord? enode, out NodeRecordParseError reason);
            node = valid ? new BootNode(enode!) : null;
            error = valid ? default : new BootNodeParseError(BootNodeParseErrorKind.InvalidEnode, reason);
        }
        else
        {
            error = new BootNodeParseError(BootNodeParseErrorKind.UnknownScheme, default);
        }

        return node is not null;
    }

    /// <summary>Reads enr:… or enode://….</summary>
    /// <exception cref="FormatException">It is neither; the message names the reason.</exception>
    public static BootNode Parse(string text) =>
        TryParse(text, out BootNode? node, out BootNodeParseError error) ? node : throw new FormatException($"Not a node: {error}.");

    /// <summary>The text it can be read from again.</summary>
    public override string ToString() => Enr?.ToString() ?? Enode!.ToString();
}
