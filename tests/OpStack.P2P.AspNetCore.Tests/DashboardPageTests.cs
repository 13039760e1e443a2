using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OpStack.P2P.AspNetCore.Dashboard;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>What the page may and may not contain.</summary>
public sealed partial class DashboardPageTests
{
    private static readonly DashboardPage Page = DashboardPage.Load();
    private static readonly string Html = Encoding.UTF8.GetString(Page.Html.Span);

    [Fact]
    public void Its_policy_names_its_one_script_and_its_one_style_by_their_hashes_and_nothing_else()
    {
        string script = Assert.Single(Script().Matches(Html)).Groups[1].Value;
        string style = Assert.Single(Style().Matches(Html)).Groups[1].Value;
        Assert.Contains($"script-src '{HashOf(script)}';", Page.SecurityPolicy);
        Assert.Contains($"style-src '{HashOf(style)}';", Page.SecurityPolicy);
        Assert.StartsWith("default-src 'none';", Page.SecurityPolicy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", Page.SecurityPolicy);
        Assert.DoesNotContain("*", Page.SecurityPolicy);
    }

    [Fact]
    public void It_loads_nothing_from_anywhere_else()
    {
        Assert.Equal(["http://www.w3.org/2000/svg", "http://www.w3.org/2000/svg"], Address().Matches(Html).Select(match => match.Value));
        Assert.Empty(Regex.Matches(Html, """@import|url\(|\ssrc=|<iframe|<link (?!rel="icon" href="data:)"""));
    }

    [Theory]
    [InlineData("innerHTML")]
    [InlineData("outerHTML")]
    [InlineData("insertAdjacentHTML")]
    [InlineData("createContextualFragment")]
    [InlineData("setHTML")]
    [InlineData("DOMParser")]
    [InlineData("document.write")]
    [InlineData("eval(")]
    [InlineData("new Function")]
    [InlineData(".href")]
    [InlineData(" style=")]
    [InlineData(" onclick=")]
    public void Nothing_in_it_can_turn_text_of_peers_into_markup(string means) => Assert.DoesNotContain(means, Html);

    [Theory]
    [InlineData("ink", "card")]
    [InlineData("ink", "sunk")]
    [InlineData("muted", "card")]
    [InlineData("muted", "sunk")]
    [InlineData("muted", "ground")]
    [InlineData("good", "card")]
    [InlineData("good", "sunk")]
    [InlineData("low", "card")]
    [InlineData("low", "sunk")]
    [InlineData("bad", "card")]
    [InlineData("bad", "sunk")]
    public void Text_has_a_contrast_of_at_least_4_5_in_light_and_dark(string text, string surface)
    {
        string[] themes = [.. Html.Split(":root[data-theme=\"dark\"]").Take(2)];
        Assert.All(themes, theme => Assert.InRange(Contrast(ColourOf(theme, text), ColourOf(theme, surface)), 4.5, 21));
    }

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static double ColourOf(string theme, string name)
    {
        byte[] rgb = Convert.FromHexString(Regex.Match(theme, $"--{name}: #([0-9a-f]{{6}})").Groups[1].Value);
        double[] linear = [.. rgb.Select(part => part / 255.0).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

    [GeneratedRegex("<script type=\"module\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("(https?|wss?)://[^'\"` ]+")]
    private static partial Regex Address();
}
