using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpStack.P2P.Hosting.Settings;

namespace OpStack.P2P.Hosting;

/// <summary>Checks the options at the start of the host; every fault is named at once.</summary>
internal sealed class P2POptionsValidator : IValidateOptions<P2POptions>
{
    public ValidateOptionsResult Validate(string? name, P2POptions options)
    {
        using P2PSettings settings = P2PSettings.Read(options, TimeProvider.System, NullLoggerFactory.Instance, isTrial: true);
        string prefix = string.IsNullOrEmpty(name) ? "" : $"{name}: ";
        return settings.Faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(settings.Faults.Select(fault => prefix + fault));
    }
}
