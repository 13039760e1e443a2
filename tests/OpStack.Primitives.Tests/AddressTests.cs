namespace OpStack.Primitives.Tests;

public class AddressTests
{
    private const string Text = "0xb3b0f0a1c2d3e4f5061728394a5b6c7d8e9fa0b1";

    [Fact]
    public void Text_and_bytes_round_trip()
    {
        Address address = Address.Parse("0xB3B0F0A1C2D3E4F5061728394A5B6C7D8E9FA0B1");
        byte[] bytes = new byte[20];
        address.CopyTo(bytes);

        Assert.Equal(Text, address.ToString());
        Assert.Equal(Convert.FromHexString(Text[2..]), bytes);
        Assert.Equal(bytes, address.AsSpan().ToArray());
        Assert.Equal(address, new Address(bytes));
        Assert.Equal(address, Address.Parse(Text[2..]));
        Assert.Equal(20, System.Runtime.CompilerServices.Unsafe.SizeOf<Address>());
    }

    [Fact]
    public void Every_byte_counts_in_equality_and_in_IsZero()
    {
        Assert.True(default(Address).IsZero);
        for (int i = 0; i < 20; i++)
        {
            byte[] bytes = new byte[20];
            bytes[i] = 1;
            Assert.False(new Address(bytes).IsZero);
            Assert.True(new Address(bytes) != default);
            Assert.True(new Address(bytes) == new Address(bytes));
            Assert.Equal(new Address(bytes).GetHashCode(), new Address(bytes).GetHashCode());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(21)]
    public void Only_20_bytes_are_an_address(int length)
    {
        Assert.Throws<ArgumentException>(() => new Address(new byte[length]));
        Assert.False(Address.TryParse(new string('1', 2 * length), out Address value));
        Assert.True(value.IsZero);
        Assert.Throws<FormatException>(() => Address.Parse(new string('1', 2 * length)));
    }

    [Fact]
    public void A_short_destination_is_refused() => Assert.Throws<ArgumentException>(() => Address.Parse(Text).CopyTo(new byte[19]));
}
