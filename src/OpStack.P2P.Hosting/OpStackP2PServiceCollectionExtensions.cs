using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpStack.P2P.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a P2P node into a host.</summary>
public static class OpStackP2PServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="P2PNode"/> that starts and stops with the host. Its options are checked at the start. Logs, clock and meters are those of the
    /// container. Called again it only adds to the options.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddOpStackP2P(this IServiceCollection services, Action<P2POptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, null, null, configure);
    }

    /// <summary>The same with the options of a section of the configuration: <c>AddOpStackP2P(builder.Configuration.GetSection("P2P"))</c>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="section">The section; a key in it that is no option is a fault.</param>
    /// <param name="configure">Sets what the section does not, and comes after it.</param>
    public static IServiceCollection AddOpStackP2P(this IServiceCollection services, IConfiguration section, Action<P2POptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, null, section, configure);
    }

    /// <summary>
    /// The same for one of several chains in one host: the node is the keyed service of <paramref name="serviceKey"/>, and its options have that key's text as
    /// their name.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="serviceKey">The key, whose text no other node's key has.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddOpStackP2P(this IServiceCollection services, object serviceKey, Action<P2POptions> configure)
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, serviceKey, null, configure);
    }

    /// <summary>The same for one of several chains, with the options of a section.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="serviceKey">The key, whose text no other node's key has.</param>
    /// <param name="section">The section; a key in it that is no option is a fault.</param>
    /// <param name="configure">Sets what the section does not, and comes after it.</param>
    public static IServiceCollection AddOpStackP2P(
        this IServiceCollection services, object serviceKey, IConfiguration section, Action<P2POptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, serviceKey, section, configure);
    }

    private static IServiceCollection Add(IServiceCollection services, object? key, IConfiguration? section, Action<P2POptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        string name = key?.ToString() ?? Options.Options.DefaultName;
        OptionsBuilder<P2POptions> options = services.AddOptions<P2POptions>(name).ValidateOnStart();
        if (section is not null)
        {
            options.Bind(section, binder => binder.ErrorOnUnknownConfiguration = true).Configure(bound => ReadTexts(section, bound));
        }

        options.Configure(configure ?? (_ => { }));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<P2POptions>, P2POptionsValidator>());
        if (!services.Any(service => service.ServiceType == typeof(P2PNode) && Equals(service.ServiceKey, key)))
        {
            services.AddKeyedSingleton(key, (provider, _) => new P2PNode(
                name,
                provider.GetRequiredService<IOptionsMonitor<P2POptions>>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
                provider.GetService<IMeterFactory>()));
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<P2PNode>(key));
        }

        return services;
    }

    /// <summary>A list that is one text, as a variable of the environment is: the binder passes over it in silence.</summary>
    private static void ReadTexts(IConfiguration section, P2POptions options)
    {
        foreach ((string name, IList<string> list) in options.Lists)
        {
            if (section[name] is { Length: > 0 } text)
            {
                list.Add(text);
            }
        }
    }
}
