using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpStack.P2P.Metrics.Prometheus;

/// <summary>Writes lines of the text format 0.0.4.</summary>
internal readonly struct PrometheusLines(IBufferWriter<byte> output)
{
    public static string TextOf(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    public void Comment(string keyword, string name, string text) => Line($"# {keyword} {name} {text}");

    public void Sample(string name, string suffix, string labels, double value) =>
        Line(labels.Length > 0 ? $"{name}{suffix}{{{labels}}} {TextOf(value)}" : $"{name}{suffix} {TextOf(value)}");

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, output);
        output.Write("\n"u8);
    }
}
