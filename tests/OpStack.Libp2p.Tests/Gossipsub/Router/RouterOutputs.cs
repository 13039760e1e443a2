using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Questions about a router's outputs.</summary>
internal static class RouterOutputs
{
    public static List<(PeerId Peer, GossipRpc Rpc)> Rpcs(this IEnumerable<RouterOutput> outputs) =>
        [.. outputs.OfType<RouterOutput.SendRpc>().Select(send => (send.Peer, send.Rpc))];

    public static List<PeerId> Grafts(this IEnumerable<RouterOutput> outputs, string topic = RouterHarness.Topic) =>
        [.. outputs.Rpcs().Where(send => send.Rpc.Graft.Contains(topic)).Select(send => send.Peer)];

    public static List<(PeerId Peer, Prune Prune)> Prunes(this IEnumerable<RouterOutput> outputs) =>
        [.. outputs.Rpcs().SelectMany(send => send.Rpc.Prune.Select(prune => (send.Peer, prune)))];

    public static List<PeerId> MessagesTo(this IEnumerable<RouterOutput> outputs, int id) =>
        [.. outputs.OfType<RouterOutput.SendMessage>().Where(send => send.Id == RouterHarness.Id(id)).Select(send => send.Peer)];

    public static List<MessageId> IWants(this IEnumerable<RouterOutput> outputs) => [.. outputs.Rpcs().SelectMany(send => send.Rpc.IWant)];

    public static List<(PeerId Peer, IHave IHave)> IHaves(this IEnumerable<RouterOutput> outputs) =>
        [.. outputs.Rpcs().SelectMany(send => send.Rpc.IHave.Select(ihave => (send.Peer, ihave)))];

    public static List<PeerId> IDontWants(this IEnumerable<RouterOutput> outputs, int id) =>
        [.. outputs.Rpcs().Where(send => send.Rpc.IDontWant.Contains(RouterHarness.Id(id))).Select(send => send.Peer)];

    /// <summary>One line for one output, the same for the same outputs.</summary>
    public static string Line(this RouterOutput output) => output switch
    {
        RouterOutput.SendMessage send => $"message {send.Id} to {send.Peer}",
        RouterOutput.Validate validate => $"validate {validate.Message.Decoded.Id} from {validate.Message.Source}",
        RouterOutput.Deliver deliver => $"deliver {deliver.Message.Decoded.Id}",
        RouterOutput.SendRpc send => $"rpc to {send.Peer}: {string.Join(' ', send.Rpc.Subscriptions)} iwant {string.Join(' ', send.Rpc.IWant)} "
            + $"graft {string.Join(' ', send.Rpc.Graft)} prune {string.Join(' ', send.Rpc.Prune.Select(p => $"{p.Topic} {p.Backoff} {string.Join(' ', p.Peers.Select(info => info.Peer))}"))} "
            + $"ihave {string.Join(' ', send.Rpc.IHave.SelectMany(i => i.Ids))} idontwant {string.Join(' ', send.Rpc.IDontWant)}",
        RouterOutput.GraylistChanged changed => $"graylist {changed.Peer} {changed.IsGraylisted}",
        RouterOutput.Dial dial => $"dial {dial.Peer}",
        RouterOutput.ConnectExchanged connect => $"connect {string.Join(' ', connect.Peers.Select(info => info.Peer))}",
        RouterOutput.CancelMessage cancel => $"cancel {cancel.Id} to {cancel.Peer}",
        _ => throw new ArgumentOutOfRangeException(nameof(output)),
    };
}
