using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What comes in, as Ingest and GossipsubService treat it: graylist, codec, signing policy, copies, then the router; validation in its lanes.</summary>
internal sealed partial class GossipNode
{
    public override void OnFrame(VirtualLink link, WireFrame frame)
    {
        Network.Trace.Add(Time.Now, TraceKind.Frame, link.To.Index, Index, frame.Bytes);
        PeerId from = link.To.Id;
        if (frame.Message is { } message)
        {
            OnMessage(from, message);
        }
        else if (frame.Control is { } control)
        {
            OnControl(from, control);
            Step(new RouterInput.RpcReceived(from, control));
        }
        else
        {
            OnRaw(from, frame.Raw!);
        }
    }

    /// <summary>Takes over the frame's reference.</summary>
    private void OnMessage(PeerId from, GossipFrame frame)
    {
        if (_graylisted.Contains(from))
        {
            Counters.MessagesGraylisted++;
            frame.Release();
            return;
        }

        DecodedMessage decoded = Network.Messages.Decode(frame, _handler, Time.Now);
        _ledger.Copy(Index, decoded.Id);
        if (Router.HasSeen(decoded.Id, Time.Now))
        {
            Step(new RouterInput.DuplicateReceived(from, frame.Topic, decoded.Id));
            frame.Release();
        }
        else
        {
            Counters.Decoded++;
            Step(new RouterInput.MessageReceived(from, frame.Topic, decoded, frame));
        }
    }

    private void OnRaw(PeerId from, byte[] raw)
    {
        if (!RpcReader.TryRead(raw, _topics, out GossipRpc rpc, out RpcError _))
        {
            Counters.RpcsRefused++;
            return;
        }

        foreach (PublishEntry entry in rpc.Publish)
        {
            if (entry.HasSignature || entry.HasAuthInfo)
            {
                MessageRejection reason = entry.HasSignature ? MessageRejection.UnexpectedSignature : MessageRejection.UnexpectedAuthInfo;
                Step(new RouterInput.InvalidReceived(from, entry.Topic, reason));
            }
            else
            {
                OnMessage(from, Network.Frame(entry.Topic, raw.AsSpan(entry.DataOffset, entry.DataLength)));
            }
        }

        if (rpc.Subscriptions.Count > 0 || rpc.HasControl)
        {
            OnControl(from, rpc);
            Step(new RouterInput.RpcReceived(from, rpc));
        }
    }

    /// <summary>What a graylisted peer says has no effect and gets no answer.</summary>
    private void OnControl(PeerId from, GossipRpc control)
    {
        if (!_graylisted.Contains(from))
        {
            Network.Meshes.OnControl(Index, from, control);
        }
    }

    private void OnChecked(GossipMessage message, bool isLate)
    {
        if (!IsUp)
        {
            return;
        }

        object? check = null;
        MessageVerdict verdict = MessageAcceptance.Ignore;
        if (isLate)
        {
            Counters.ValidationTimeouts++;
        }
        else
        {
            try
            {
                check = Check(message);
                verdict = _handler.Admit(message, check);
            }
            catch (Exception)
            {
                // A fault of the host's: nobody is blamed.
                Counters.HandlerFaults++;
            }
        }

        Step(new RouterInput.ValidationCompleted(message.Decoded.Id, verdict, check));
    }

    private object? Check(GossipMessage message)
    {
        Counters.Checks++;
        return _options.Validator is null
            ? Network.Messages.Check(message, _handler, _signers.Snapshot(), _clock.GetUtcNow().ToUnixTimeSeconds(), Time.Now)
            : _handler.Check(message);
    }
}
