namespace OpStack.P2P.Tests.Metrics;

/// <summary>The reader that the text is held against is strict.</summary>
public sealed class ExpositionTests
{
    private const string Head = "# HELP a b\n# TYPE a gauge\n";
    private const string Histogram = "# HELP h b\n# TYPE h histogram\n";

    [Theory]
    [InlineData(Head + "a 1\n")]
    [InlineData(Head + "a{x=\"1\"} -1.5e-7\na{x=\"2\"} +Inf\n")]
    [InlineData(Head + "a{x=\"q\\\"\\\\\\n\",y=\"\"} NaN\n")]
    [InlineData(Histogram + "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n")]
    public void Takes_what_is_right(string text) => Assert.NotEmpty(Exposition.Parse(text).Samples);

    [Theory]
    [InlineData(Head + "a 1")] // No line feed.
    [InlineData(Head + "a 1\r\n")]
    [InlineData("a 1\n")] // No TYPE.
    [InlineData("# HELP a b\na 1\n")]
    [InlineData("# HELP a b\n# TYPE a summary\na 1\n")]
    [InlineData("# HELP a b\n# TYPE c gauge\nc 1\n")]
    [InlineData("# HELP a b\n# TYPE a gauge\n# TYPE a gauge\na 1\n")]
    [InlineData(Head)] // No series.
    [InlineData(Head + "a 1\na 1\n")]
    [InlineData(Head + "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n")]
    [InlineData(Head + "a 1\n" + Head + "a{x=\"1\"} 1\n")] // A family in two parts.
    [InlineData(Head + "b 1\n")]
    [InlineData(Head + "a{x=1} 1\n")]
    [InlineData(Head + "a{x=\"1} 1\n")]
    [InlineData(Head + "a{x=\"\\t\"} 1\n")]
    [InlineData(Head + "a{x=\"1\",x=\"2\"} 1\n")]
    [InlineData(Head + "a{x-y=\"1\"} 1\n")]
    [InlineData(Head + "a{x=\"1\"}1\n")]
    [InlineData(Head + "a 1,5\n")]
    [InlineData(Head + "a \n")]
    [InlineData(Head + "\na 1\n")]
    [InlineData("# HELP a b\n# TYPE a counter\na -1\n")]
    [InlineData(Histogram + "h_bucket{le=\"1\"} 1\nh_sum 3\nh_count 1\n")] // No +Inf.
    [InlineData(Histogram + "h_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n")]
    [InlineData(Histogram + "h_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n")]
    [InlineData(Histogram + "h_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 3\n")]
    [InlineData(Histogram + "h_bucket{le=\"+Inf\"} 2\nh_count 2\n")]
    public void Refuses_what_is_not(string text) => Assert.Throws<FormatException>(() => Exposition.Parse(text));
}
