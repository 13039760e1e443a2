using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Connections.Accounting;

public sealed class PeerBudgetsTests
{
    [Fact]
    public void Connections_of_one_peer_share_and_the_last_takes_the_budget_away()
    {
        PeerBudgets budgets = new(1000);
        PeerId peer = TestPeers.NewId(), other = TestPeers.NewId();
        PeerBudgets.Share first = budgets.Join(peer), second = budgets.Join(peer), ofOther = budgets.Join(other);
        Assert.Same(first.Windows, second.Windows);
        Assert.True(first.Windows.TryOpen(800));
        Assert.Equal((false, true), (second.Windows.TryOpen(300), ofOther.Windows.TryOpen(300)));

        first.Dispose();
        first.Dispose();
        Assert.Equal(2, budgets.Count);
        second.Dispose();
        ofOther.Dispose();
        Assert.Equal(0, budgets.Count);
        Assert.NotSame(first.Windows, budgets.Join(peer).Windows);
    }
}
