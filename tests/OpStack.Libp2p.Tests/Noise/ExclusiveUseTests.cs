using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

public class ExclusiveUseTests
{
    [Fact]
    public void A_closer_releases_what_nobody_uses_and_only_once()
    {
        ExclusiveUse use = default;
        Assert.True(use.TryEnter());
        Assert.False(use.Leave());
        Assert.True(use.Close());
        Assert.False(use.Close());
        Assert.False(use.TryEnter());
    }

    [Fact]
    public void A_user_releases_what_was_closed_meanwhile()
    {
        ExclusiveUse use = default;
        Assert.True(use.TryEnter());
        Assert.False(use.Close());
        Assert.False(use.TryEnter());
        Assert.True(use.Leave());
        Assert.False(use.Close());
    }

    [Fact]
    public void A_second_user_is_a_mistake()
    {
        ExclusiveUse use = default;
        Assert.True(use.TryEnter());
        Assert.Throws<InvalidOperationException>(() => use.TryEnter());
    }
}
