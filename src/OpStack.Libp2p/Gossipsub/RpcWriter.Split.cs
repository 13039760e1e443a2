using System.Text;

namespace OpStack.Libp2p.Gossipsub;

internal static partial class RpcWriter
{
    /// <summary>Key and length of a subscription, IHAVE, GRAFT or PRUNE and of what lies around it: never less than the real cost.</summary>
    private const int EntryOverhead = 16;

    /// <summary>Key and length of an id.</summary>
    private const int IdOverhead = 2;

    private static IEnumerable<GossipRpc> Split(GossipRpc rpc)
    {
        if (rpc.Subscriptions.Count == 0 && !rpc.HasControl)
        {
            return [];
        }

        return LengthOf(rpc) <= RpcLimits.MaxControlBytesSent ? [rpc] : new Packer().Pack(rpc);
    }

    /// <summary>Fills one RPC after the other, each to the limit, in the order of the entries.</summary>
    private sealed class Packer
    {
        private readonly List<GossipRpc> _parts = [new GossipRpc()];
        private int _used = EntryOverhead;

        public List<GossipRpc> Pack(GossipRpc rpc)
        {
            foreach (SubscriptionEntry entry in rpc.Subscriptions)
            {
                RoomFor(EntryOverhead + Encoding.UTF8.GetByteCount(entry.Topic)).Subscriptions.Add(entry);
            }

            // Mesh changes go before gossip, which is longer and less urgent.
            foreach (string topic in rpc.Graft)
            {
                RoomFor(EntryOverhead + Encoding.UTF8.GetByteCount(topic)).Graft.Add(topic);
            }

            foreach (Prune prune in rpc.Prune)
            {
                AddPrune(prune);
            }

            foreach (MessageId id in rpc.IDontWant)
            {
                RoomFor(IdOverhead + id.Length, EntryOverhead).IDontWant.Add(id);
            }

            foreach (MessageId id in rpc.IWant)
            {
                RoomFor(IdOverhead + id.Length, EntryOverhead).IWant.Add(id);
            }

            foreach (IHave ihave in rpc.IHave)
            {
                AddIHave(ihave);
            }

            return _parts;
        }

        /// <param name="cost">Bytes of the next entry.</param>
        /// <param name="listOverhead">What the list around the entry costs again in a new RPC.</param>
        private GossipRpc RoomFor(int cost, int listOverhead = 0)
        {
            if (_used + cost + (2 * listOverhead) > RpcLimits.MaxControlBytesSent)
            {
                _parts.Add(new GossipRpc());
                _used = EntryOverhead + (2 * listOverhead);
            }

            _used += cost;
            return _parts[^1];
        }

        private void AddPrune(Prune prune)
        {
            // A prune is one entry and cannot be split: exchanged peers that would make it too long are left out.
            int cost = EntryOverhead + Encoding.UTF8.GetByteCount(prune.Topic);
            List<PeerInfo> peers = [];
            foreach (PeerInfo peer in prune.Peers)
            {
                int peerCost = EntryOverhead + LengthOf(peer);
                if (EntryOverhead + cost + peerCost <= RpcLimits.MaxControlBytesSent)
                {
                    cost += peerCost;
                    peers.Add(peer);
                }
            }

            RoomFor(cost).Prune.Add(prune with { Peers = [.. peers] });
        }

        private void AddIHave(IHave ihave)
        {
            int overhead = EntryOverhead + Encoding.UTF8.GetByteCount(ihave.Topic);
            List<MessageId> ids = [];
            GossipRpc part = RoomFor(overhead);
            foreach (MessageId id in ihave.Ids)
            {
                if (_used + IdOverhead + id.Length > RpcLimits.MaxControlBytesSent)
                {
                    AddIds();
                    part = RoomFor(overhead + IdOverhead + id.Length);
                }
                else
                {
                    _used += IdOverhead + id.Length;
                }

                ids.Add(id);
            }

            AddIds();

            void AddIds()
            {
                if (ids.Count > 0)
                {
                    part.IHave.Add(new IHave(ihave.Topic, [.. ids]));
                    ids.Clear();
                }
            }
        }
    }
}
