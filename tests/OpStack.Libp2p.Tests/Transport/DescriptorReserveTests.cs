using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

public sealed class DescriptorReserveTests
{
    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", long.MaxValue)]
    [InlineData("Max processes             1024                 524288               processes \n", long.MaxValue)]
    [InlineData("Max open files", long.MaxValue)]
    [InlineData("", long.MaxValue)]
    public void The_soft_limit_is_read(string limits, long limit) => Assert.Equal(limit, DescriptorReserve.ParseLimit(limits));

    [Theory]
    [InlineData(1024, 992)]
    [InlineData(256, 224)]
    [InlineData(64, 56)]
    [InlineData(long.MaxValue, long.MaxValue - 32)]
    public void The_reserve_is_at_most_an_eighth(long limit, long first) => Assert.Equal(first, DescriptorReserve.FirstOf(limit));
}
