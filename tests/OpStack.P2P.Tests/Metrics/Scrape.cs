using System.Buffers;
using System.Text;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>One scrape.</summary>
internal static class Scrape
{
    public static string TextOf(PrometheusText prometheus)
    {
        ArrayBufferWriter<byte> output = new();
        prometheus.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static Exposition Read(PrometheusText prometheus) => Exposition.Parse(TextOf(prometheus));
}
