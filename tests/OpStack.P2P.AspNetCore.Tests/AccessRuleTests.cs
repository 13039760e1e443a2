using System.Net;
using Microsoft.AspNetCore.Http;
using OpStack.P2P.AspNetCore.Access;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>Who may use an endpoint: by connection, Host and Origin.</summary>
public sealed class AccessRuleTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:10.0.0.7", false)]
    [InlineData("10.0.0.7", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("fe80::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData(null, false)]
    public void By_default_only_connections_of_this_machine_are_answered(string? remote, bool allowed)
    {
        HttpContext context = Request("localhost", remote: remote);
        Assert.Equal(allowed, new AccessRule(new P2PEndpointOptions()).Refusal(context) is null);
        Assert.Null(new AccessRule(new P2PEndpointOptions { LoopbackOnly = false }).Refusal(context));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:8545", true)]
    [InlineData("127.0.0.1:8545", true)]
    [InlineData("[::1]:8545", true)]
    [InlineData("192.168.1.20", true)] // No name was looked up.
    [InlineData("", true)] // No browser sends this.
    [InlineData("attacker.example", false)]
    [InlineData("localhost.attacker.example", false)]
    [InlineData("127.0.0.1.attacker.example:8545", false)]
    public void A_name_that_is_not_ours_is_refused_against_DNS_rebinding(string host, bool allowed)
    {
        HttpContext context = Request(host);
        Assert.Equal(allowed, new AccessRule(new P2PEndpointOptions()).Refusal(context) is null);
        Assert.Null(new AccessRule(new P2PEndpointOptions { AllowedHosts = ["*"] }).Refusal(context));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-For", "127.0.0.1")] // Anybody may say that.
    [InlineData("Forwarded", "for=203.0.113.9")]
    public void What_a_proxy_on_this_machine_forwards_is_not_of_this_machine(string header, string value)
    {
        HttpContext context = Request("localhost");
        context.Request.Headers[header] = value;
        Assert.NotNull(new AccessRule(new P2PEndpointOptions()).Refusal(context));
        Assert.Null(new AccessRule(new P2PEndpointOptions { LoopbackOnly = false }).Refusal(context));
    }

    [Theory]
    [InlineData("GET", "same-origin", "cors", true)] // Our own page.
    [InlineData("GET", "none", "navigate", true)] // Typed, or a bookmark.
    [InlineData("GET", "cross-site", "navigate", true)] // A link that was followed.
    [InlineData("GET", "cross-site", "no-cors", false)] // An image or a script in a page of another site.
    [InlineData("GET", "same-site", "no-cors", false)] // One of another port of this machine.
    [InlineData("POST", "cross-site", "navigate", false)] // A form, from a browser that left out its origin.
    public void A_request_that_another_page_made_without_an_origin_is_refused(string method, string site, string mode, bool allowed)
    {
        HttpContext context = Request("localhost");
        context.Request.Method = method;
        context.Request.Headers["Sec-Fetch-Site"] = site;
        context.Request.Headers["Sec-Fetch-Mode"] = mode;
        Assert.Equal(allowed, new AccessRule(new P2PEndpointOptions()).Refusal(context) is null);
        Assert.Null(new AccessRule(new P2PEndpointOptions { AllowedOrigins = ["*"] }).Refusal(context));
    }

    [Fact]
    public void Allowing_another_name_takes_the_default_away()
    {
        AccessRule rule = new(new P2PEndpointOptions { AllowedHosts = ["node.internal"] });
        Assert.Null(rule.Refusal(Request("Node.Internal:9545")));
        Assert.NotNull(rule.Refusal(Request("localhost:9545")));
    }

    [Theory]
    [InlineData("http://localhost:8545", true)] // Our own page.
    [InlineData("https://localhost:8545", false)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("https://attacker.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void A_page_of_another_origin_is_refused(string origin, bool allowed)
    {
        HttpContext context = Request("localhost:8545", origin);
        Assert.Equal(allowed, new AccessRule(new P2PEndpointOptions()).Refusal(context) is null);
        Assert.Null(new AccessRule(new P2PEndpointOptions { AllowedOrigins = ["*"] }).Refusal(context));
    }

    [Fact]
    public void An_origin_can_be_allowed_by_name()
    {
        AccessRule rule = new(new P2PEndpointOptions { AllowedOrigins = ["https://ops.example"] });
        Assert.Null(rule.Refusal(Request("localhost", "https://ops.example")));
        Assert.NotNull(rule.Refusal(Request("localhost", "https://ops.example.attacker.example")));
        Assert.NotNull(rule.Refusal(Request("localhost", "http://ops.example")));
    }

    [Fact]
    public void Two_origins_in_one_request_are_refused()
    {
        HttpContext context = Request("localhost");
        context.Request.Headers.Origin = new(["http://localhost", "https://attacker.example"]);
        Assert.NotNull(new AccessRule(new P2PEndpointOptions()).Refusal(context));
    }

    [Theory]
    [InlineData("localhost:8545", null, "AllowedHosts")]
    [InlineData("", null, "AllowedHosts")]
    [InlineData("http://localhost", null, "AllowedHosts")]
    [InlineData(null, "ops.example", "AllowedOrigins")]
    [InlineData(null, "https://ops.example/", "AllowedOrigins")]
    [InlineData(null, "https://ops.example/page", "AllowedOrigins")]
    public void A_setting_that_could_match_nothing_is_refused_by_name(string? host, string? origin, string setting)
    {
        P2PEndpointOptions options = new() { AllowedHosts = host is null ? [] : [host], AllowedOrigins = origin is null ? [] : [origin] };
        Assert.StartsWith(setting, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_out_of_range_are_refused_by_name()
    {
        Assert.Throws<ArgumentException>("MaxConcurrentRequests", new P2PEndpointOptions { MaxConcurrentRequests = 0 }.Validate);
        Assert.Throws<ArgumentException>("TransferTimeout", new P2PEndpointOptions { TransferTimeout = TimeSpan.Zero }.Validate);
        Assert.Throws<ArgumentException>("TransferTimeout", new P2PEndpointOptions { TransferTimeout = TimeSpan.FromHours(2) }.Validate);
    }

    private static DefaultHttpContext Request(string host, string? origin = null, string? remote = "127.0.0.1")
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        return context;
    }
}
