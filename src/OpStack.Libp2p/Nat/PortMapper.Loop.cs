using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>The one task of a mapper: find a gateway, keep the mappings, start over.</summary>
public sealed partial class PortMapper
{
    /// <summary>Ends only with disposal.</summary>
    private async Task RunAsync()
    {
        int failures = 0;
        while (!_stopped.IsCancellationRequested)
        {
            bool worked = false;
            try
            {
                worked = await SearchAndKeepAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _logger.MapperFault(e);
            }

            failures = worked ? 1 : failures + 1;
            await RestAsync(Backoff.After(failures, _options)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tries one method after the other and stays with the first that maps a port; false when none does.</summary>
    private async Task<bool> SearchAndKeepAsync()
    {
        if (_find() is not { } gateway)
        {
            TellNothingMapped(null, "no gateway found");
            return false;
        }

        if (_options.LocalAddress is { } bound && !bound.Equals(gateway.LocalAddress))
        {
            TellNothingMapped(gateway.Address, $"the ports are bound at {bound}, and to the gateway we are {gateway.LocalAddress}");
            return false;
        }

        List<string> faults = [];
        foreach (PortMappingMethod method in _options.Methods)
        {
            using IPortMappingClient client = _connect(method, gateway);
            MappingTable table = new(_ports, _options);
            if (await AskFirstAsync(client, method, gateway, table).ConfigureAwait(false))
            {
                await KeepAsync(client, method, gateway, table).ConfigureAwait(false);
                return true;
            }

            faults.Add($"{method} {table.Fault}");
        }

        TellNothingMapped(gateway.Address, string.Join("; ", faults));
        return false;
    }

    /// <summary>The first question by a method. Stopped in the middle of it, the gateway may have mapped what we did not wait to hear of.</summary>
    private async Task<bool> AskFirstAsync(IPortMappingClient client, PortMappingMethod method, GatewayLocation gateway, MappingTable table)
    {
        try
        {
            return await AskAsync(client, method, gateway, table, _ports[0]).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            await UnmapAsync(client).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Keeps the ports mapped until the gateway is lost or we stop; then takes back what can be taken back.</summary>
    private async Task KeepAsync(IPortMappingClient client, PortMappingMethod method, GatewayLocation gateway, MappingTable table)
    {
        try
        {
            Tell(table, method, gateway.Address);
            while (!table.IsLost)
            {
                if (table.Next(Now) is { } port)
                {
                    if (_find() is not { } still || !still.IsSame(gateway))
                    {
                        _logger.SearchingAgain(gateway.Address, "it, or our address, is another now");
                        return;
                    }

                    await AskAsync(client, method, gateway, table, port).ConfigureAwait(false);
                    table.Expire(Now);
                    Tell(table, method, gateway.Address);
                }
                else if (table.Expire(Now))
                {
                    Tell(table, method, gateway.Address);
                }
                else
                {
                    await RestAsync(table.WakeAt - Now).ConfigureAwait(false);
                }
            }

            _logger.SearchingAgain(gateway.Address, table.Fault ?? "");
        }
        finally
        {
            await UnmapAsync(client).ConfigureAwait(false);
            TellUnmapped(table.Fault);
        }
    }

    /// <summary>True when the port is mapped now.</summary>
    private async Task<bool> AskAsync(
        IPortMappingClient client, PortMappingMethod method, GatewayLocation gateway, MappingTable table, PortToMap port)
    {
        MapOutcome outcome = await client.MapAsync(port, _options.Lifetime, table.ExternalOf(port), _stopped).ConfigureAwait(false);
        _logger.Asked(port.Protocol, port.InternalPort, method, outcome);
        if (outcome.HasLostState)
        {
            _logger.GatewayRestarted(gateway.Address);
        }

        table.Apply(port, outcome, Now);
        return table.ExternalOf(port) is not null;
    }

    private async Task RestAsync(TimeSpan time)
    {
        // Rounded up, because a timer cuts to milliseconds and would spin through the last one.
        double milliseconds = Math.Ceiling(time.TotalMilliseconds);
        if (milliseconds > 0)
        {
            Volatile.Write(ref _isResting, true);
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time, _stopped).ConfigureAwait(false);
            Volatile.Write(ref _isResting, false);
        }
    }

    /// <summary>For a bounded time: what the gateway does not take back runs out by itself.</summary>
    private async Task UnmapAsync(IPortMappingClient client)
    {
        using CancellationTokenSource deadline = new(_options.CloseTimeout, _time);
        try
        {
            await Task.WhenAll(_ports.Select(p => client.UnmapAsync(p, deadline.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _logger.UnmapTimedOut(_options.CloseTimeout);
        }
    }

    private void Tell(MappingTable table, PortMappingMethod method, IPAddress gateway)
    {
        PortMapperSnapshot before = Current;
        PortMapperSnapshot after = new()
        {
            Gateway = gateway,
            Method = method,
            Mappings = table.MappingsAt(Now, _time.GetUtcNow()),
            Fault = table.Fault,
        };
        Publish(after);
        foreach (PortMapping mapping in after.Mappings)
        {
            if (!mapping.External.Equals(before.ExternalOf(mapping.Port.Protocol, mapping.Port.InternalPort)))
            {
                _logger.Mapped(mapping.Port.Protocol, mapping.Port.InternalPort, mapping.External, method, gateway);
            }
        }

        LogUnmapped(before, after);
        if (after.ExternalAddress is { } external && !external.Equals(before.ExternalAddress) && !PublicAddress.IsPublic(external))
        {
            _logger.NotPublic(external);
        }
    }

    private void TellNothingMapped(IPAddress? gateway, string fault)
    {
        if (Current.Fault != fault)
        {
            _logger.NothingMapped(fault);
        }

        Publish(new PortMapperSnapshot { Gateway = gateway, Fault = fault });
    }

    private void TellUnmapped(string? fault)
    {
        PortMapperSnapshot before = Current;
        PortMapperSnapshot after = new() { Gateway = before.Gateway, Fault = fault };
        Publish(after);
        if (!_stopped.IsCancellationRequested)
        {
            LogUnmapped(before, after);
        }
    }

    private void LogUnmapped(PortMapperSnapshot before, PortMapperSnapshot after)
    {
        foreach (PortMapping gone in before.Mappings.Where(m => after.ExternalOf(m.Port.Protocol, m.Port.InternalPort) is null))
        {
            _logger.Unmapped(gone.Port.Protocol, gone.Port.InternalPort, after.Fault);
        }
    }
}
