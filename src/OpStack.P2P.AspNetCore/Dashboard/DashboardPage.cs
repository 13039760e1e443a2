using System.Security.Cryptography;
using System.Text;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>
/// The page, put together from its sources in Page/: one document that loads nothing but its own snapshots. The policy names style and
/// script by their hashes, so nothing else can run in it, and no text can become markup or script (Trusted Types).
/// </summary>
internal sealed class DashboardPage
{
    // In the order in which they are needed: they share one scope.
    private static readonly string[] Styles = ["base.css", "layout.css", "graph.css", "panels.css"];
    private static readonly string[] Scripts =
        ["dom.js", "format.js", "score.js", "detail.js", "rings.js", "graph.js", "timeline.js", "discovery.js", "tables.js", "rates.js", "main.js"];

    private DashboardPage(string style, string script)
    {
        Html = Encoding.UTF8.GetBytes(Read("page.html").Replace("/*style*/", style, StringComparison.Ordinal).Replace("/*script*/", script, StringComparison.Ordinal));
        SecurityPolicy =
            $"default-src 'none'; style-src '{HashOf(style)}'; script-src '{HashOf(script)}'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    }

    /// <summary>The document, UTF-8.</summary>
    public ReadOnlyMemory<byte> Html { get; }

    /// <summary>Its Content-Security-Policy.</summary>
    public string SecurityPolicy { get; }

    public static DashboardPage Load() => new(Join(Styles), Join(Scripts));

    private static string Join(string[] names) => $"\n{string.Join('\n', names.Select(Read))}";

    private static string Read(string name)
    {
        using Stream resource = typeof(DashboardPage).Assembly.GetManifestResourceStream($"OpStack.P2P.AspNetCore.Dashboard.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded in this assembly.");
        using StreamReader reader = new(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string HashOf(string source) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)))}";
}
