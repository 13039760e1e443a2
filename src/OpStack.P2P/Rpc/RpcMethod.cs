using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OpStack.P2P.Rpc.Protocol;

namespace OpStack.P2P.Rpc;

/// <summary>What a method may do; each kind can be switched off.</summary>
internal enum RpcAccess
{
    /// <summary>It only tells.</summary>
    Read,

    /// <summary>It changes connections or lists.</summary>
    Change,

    /// <summary>It feeds the host.</summary>
    Admin,
}

/// <summary>One method of the RPC.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Access">What it may do.</param>
/// <param name="Arguments">Most arguments it takes.</param>
/// <param name="Run">Reads the arguments, calls the API and gives what writes the result.</param>
internal sealed record RpcMethod(
    string Name, RpcAccess Access, int Arguments, Func<IOpP2PApi, RpcArguments, CancellationToken, ValueTask<Action<Utf8JsonWriter>>> Run)
{
    /// <summary>Whether it is there for callers, or switched off.</summary>
    public bool IsAllowed(RpcOptions options) => Access switch
    {
        RpcAccess.Change => options.AllowMutations,
        RpcAccess.Admin => options.AllowAdmin,
        _ => true,
    };

    /// <summary>A method that tells something.</summary>
    public static RpcMethod Read<T>(
        string name, int arguments, JsonTypeInfo<T> type, Func<IOpP2PApi, RpcArguments, CancellationToken, ValueTask<T>> run) =>
        new(name, RpcAccess.Read, arguments, async (api, given, cancelled) =>
        {
            T result = await run(api, given, cancelled).ConfigureAwait(false);
            return json => JsonSerializer.Serialize(json, result, type);
        });

    /// <summary>A method that changes something, of one argument; its result is null.</summary>
    public static RpcMethod Change(
        string name, Func<IOpP2PApi, RpcArguments, CancellationToken, ValueTask> run, RpcAccess access = RpcAccess.Change) =>
        new(name, access, 1, async (api, given, cancelled) =>
        {
            await run(api, given, cancelled).ConfigureAwait(false);
            return static json => json.WriteNullValue();
        });
}
