using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class ValidationTests
{
    private readonly RecordingScoring _scoring = new();

    [Fact]
    public void A_message_is_validated_then_forwarded_to_the_mesh_and_delivered()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        RouterOutput.Validate validate = Assert.IsType<RouterOutput.Validate>(Assert.Single(router.Message(Peer(1), 7)));
        Assert.Equal((Peer(1), Topic, Id(7)), (validate.Message.Source, validate.Message.Topic, validate.Message.Decoded.Id));
        object check = new();
        List<RouterOutput> outputs = router.Validated(7, check: check);
        Assert.Equal([Peer(2), Peer(3)], outputs.MessagesTo(7));
        Assert.Equal(new RouterOutput.Deliver(validate.Message, check), outputs[^1]);
        Assert.Equal(3, outputs.Count);
        Assert.Equal((1, 0), (router.State.CachedMessages, router.State.Validating));
    }

    [Theory]
    [InlineData(MessageAcceptance.Reject)]
    [InlineData(MessageAcceptance.Ignore)]
    public void A_message_that_is_not_accepted_goes_nowhere_and_stays_seen(MessageAcceptance acceptance)
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 3);
        router.Message(Peer(1), 7);
        Assert.Empty(router.Validated(7, acceptance));
        Assert.Empty(router.Message(Peer(2), 7));
        Assert.Equal((0, 1), (router.State.CachedMessages, router.State.SeenIds));
        router.Advance(router.Options.SeenTtl);
        Assert.Single(router.Message(Peer(2), 7));
    }

    [Fact]
    public void Peers_that_sent_a_copy_during_validation_do_not_get_it_back()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 4);
        router.Message(Peer(1), 7);
        Assert.Empty(router.Message(Peer(2), 7));
        Assert.Empty(router.Handle(new RouterInput.DuplicateReceived(Peer(3), Topic, Id(7))));
        Assert.Equal([Peer(4)], router.Validated(7).MessagesTo(7));
        Assert.Equal(2, router.State.Counters.Duplicates);
    }

    [Fact]
    public void A_duplicate_after_the_verdict_goes_nowhere()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.Accepted(Peer(1), 7);
        Assert.Empty(router.Message(Peer(2), 7));
        Assert.Empty(router.Handle(new RouterInput.DuplicateReceived(Peer(2), Topic, Id(7))));
        Assert.Empty(router.Validated(7));
    }

    [Fact]
    public void Our_own_message_coming_back_is_dropped()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        Assert.Equal([Peer(1), Peer(2)], router.Publish(7).MessagesTo(7));
        Assert.Empty(router.Message(Peer(1), 7));
        Assert.Empty(router.Publish(7));
    }

    [Fact]
    public void A_topic_not_joined_is_skipped_and_not_seen()
    {
        using RouterHarness router = new();
        router.AddPeers(1, 1);
        Assert.Empty(router.Message(Peer(1), 7, topic: "other"));
        Assert.Equal((0, 1), (router.State.SeenIds, (int)router.State.Counters.NotJoined));
    }

    [Fact]
    public void A_topic_left_during_validation_is_not_forwarded()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.Message(Peer(1), 7);
        router.Handle(new RouterInput.Leave(Topic));
        Assert.Empty(router.Validated(7));
    }

    [Fact]
    public void A_source_that_left_during_validation_costs_nothing()
    {
        using RouterHarness router = new();
        router.AddMeshPeers(1, 2);
        router.Message(Peer(1), 7);
        router.Disconnect(Peer(1));
        Assert.Equal([Peer(2)], router.Validated(7).MessagesTo(7));
    }

    // wire.md 9.8: with a full queue another copy can be taken later; row 46: nobody is to blame.
    [Fact]
    [Trait("Row", "46")]
    public void A_full_queue_forgets_the_message()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 2);
        for (int i = 0; i < 256; i++)
        {
            Assert.Single(router.Message(Peer(1), i));
        }

        Assert.Empty(router.Message(Peer(1), 1000, size: 2000));
        Assert.Equal($"{MessageRejection.ValidationQueueFull} {Peer(1)}", _scoring.Events[^1]);
        router.Validated(0);
        Assert.NotEmpty(router.Message(Peer(2), 1000));
        Assert.Equal((256, 1), (router.State.Validating, (int)router.State.Counters.QueueFull));
    }

    [Fact]
    public void Over_the_throttle_the_message_is_dropped_and_its_next_copy_taken()
    {
        using RouterHarness router = new(scoring: _scoring);
        string[] topics = ["a", "b", "c"];
        router.AddPeers(1, 1);
        for (int i = 0; i < 513; i++)
        {
            string topic = topics[i % 3];
            router.Handle(new RouterInput.Join(topic));
            Assert.Equal(i < 512 ? 1 : 0, router.Message(Peer(1), i, topic: topic).Count);
        }

        Assert.Equal($"{MessageRejection.ValidationThrottled} {Peer(1)}", _scoring.Events[^1]);
        router.Validated(0);
        Assert.Single(router.Message(Peer(1), 512, topic: "c"));
        Assert.Equal((512, 1), (router.State.Validating, (int)router.State.Counters.Throttled));
    }

    [Fact]
    public void A_verdict_nobody_waits_for_is_ignored()
    {
        using RouterHarness router = new();
        Assert.Empty(router.Validated(7));
        Assert.Equal(0, router.State.Counters.Accepted);
    }

    [Fact]
    public void What_ingest_refused_is_counted_only()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 1);
        Assert.Empty(router.Handle(new RouterInput.InvalidReceived(Peer(1), Topic, MessageRejection.UnexpectedSignature)));
        Assert.Empty(router.Handle(new RouterInput.InvalidReceived(Peer(9), Topic, MessageRejection.UnexpectedSignature)));
        Assert.Equal(1, router.State.Counters.Invalid);
        Assert.Equal($"{MessageRejection.UnexpectedSignature} {Peer(1)}", _scoring.Events[^1]);
    }

    [Fact]
    public void The_score_hears_of_every_step()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddMeshPeers(1, 2);
        router.Accepted(Peer(1), 7);
        router.Message(Peer(2), 7);
        router.Message(Peer(2), 8);
        router.Validated(8, MessageAcceptance.Reject);
        router.Message(Peer(2), 9);
        router.Validated(9, MessageAcceptance.Ignore);
        router.Disconnect(Peer(2));
        Assert.Equal(
            [
                $"add {Peer(1)}", $"add {Peer(2)}", $"graft {Peer(1)}", $"graft {Peer(2)}", $"validate {Peer(1)}", $"deliver {Peer(1)}",
                $"duplicate {Peer(2)}", $"validate {Peer(2)}", $"ValidationFailed {Peer(2)}", $"validate {Peer(2)}",
                $"ValidationIgnored {Peer(2)}", $"remove {Peer(2)}",
            ],
            _scoring.Events);
    }

    [Fact]
    public void A_graylisted_peer_is_not_heard()
    {
        using RouterHarness router = new(scoring: _scoring);
        router.AddPeers(1, 2);
        _scoring.Scores[Peer(1)] = -80;
        _scoring.Scores[Peer(2)] = -80.1;
        Assert.Single(router.Message(Peer(1), 1));
        Assert.Equal([new RouterOutput.GraylistChanged(Peer(2), true)], router.Message(Peer(2), 2));
        router.Handle(new RouterInput.DuplicateReceived(Peer(2), Topic, Id(1)));
        router.Handle(new RouterInput.InvalidReceived(Peer(2), Topic, MessageRejection.UnexpectedAuthInfo));
        router.Receive(Peer(2), rpc => rpc.Prune.Add(new Prune(Topic, null, [])));
        Assert.Empty(router.State.Backoffs);
        RouterCounters counted = router.State.Counters;
        Assert.Equal((3, 1, 0, 0), (counted.NotAccepted, counted.ControlNotAccepted, counted.Duplicates, counted.Invalid));
    }
}
