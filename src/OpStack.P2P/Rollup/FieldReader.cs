using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Rollup;

/// <summary>
/// Takes typed fields out of a JSON object. The first offending field is kept by its path, and reading goes on with defaults.
/// </summary>
internal sealed class FieldReader
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly FieldReader _root;

    public FieldReader(JsonElement jsonObject, string path)
        : this(jsonObject, path, root: null)
    {
    }

    private FieldReader(JsonElement jsonObject, string path, FieldReader? root)
    {
        _object = jsonObject;
        _path = path;
        _root = root ?? this;
    }

    /// <summary>As "genesis.l2_time: missing"; null while all is well. Shared by all readers made from one another.</summary>
    public string? FirstError { get; private set; }

    /// <summary>A reader of another object whose fields count as standing on this level.</summary>
    public FieldReader At(JsonElement other) => new(other, _path, _root);

    public FieldReader Object(string name)
    {
        JsonElement value = Get(name, JsonValueKind.Object, "an object", required: true) ?? default;
        return new FieldReader(value, _path + name + ".", _root);
    }

    public ulong Number(string name) => ReadNumber(name, required: true) ?? 0;

    public ulong? OptionalNumber(string name) => ReadNumber(name, required: false);

    public ulong Positive(string name)
    {
        ulong value = Number(name);
        if (value == 0)
        {
            Fail(name, "must be at least 1");
        }

        return value;
    }

    public string? OptionalText(string name) => Get(name, JsonValueKind.String, "a string", required: false)?.GetString();

    public Hash256 Hash(string name) =>
        Get(name, JsonValueKind.String, "a 32-byte hash in hex", required: true) is not { } value ? default
        : Hash256.TryParse(value.GetString(), out Hash256 hash) ? hash
        : Fail<Hash256>(name, "not a 32-byte hash in hex");

    public Address? OptionalAddress(string name) =>
        Get(name, JsonValueKind.String, "an address", required: false) is not { } value ? null
        : Address.TryParse(value.GetString(), out Address address) ? address
        : Fail<Address?>(name, "not a 20-byte address in hex");

    private ulong? ReadNumber(string name, bool required) =>
        Get(name, JsonValueKind.Number, "a number", required) is not { } value ? null
        : value.TryGetUInt64(out ulong number) ? number
        : Fail<ulong?>(name, "not a whole number of 64 bits");

    private JsonElement? Get(string name, JsonValueKind kind, string expected, bool required)
    {
        // An object that is itself missing was reported where it was asked for.
        if (_object.ValueKind != JsonValueKind.Object)
        {
            if (_path.Length == 0)
            {
                Fail(name, "the document is not an object");
            }

            return null;
        }

        if (!_object.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            if (required)
            {
                Fail(name, "missing");
            }

            return null;
        }

        return value.ValueKind == kind ? value : Fail<JsonElement?>(name, "not " + expected);
    }

    private void Fail(string name, string reason) => _root.FirstError ??= $"{_path}{name}: {reason}";

    private T? Fail<T>(string name, string reason)
    {
        Fail(name, reason);
        return default;
    }
}
