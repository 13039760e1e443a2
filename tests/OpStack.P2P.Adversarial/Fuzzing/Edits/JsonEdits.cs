using System.Text.Json;
using System.Text.Json.Nodes;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.Fuzzing.Edits;

/// <summary>Damage to JSON that leaves it JSON: values replaced by those of other kinds and sizes, members dropped, renamed, doubled, nested.</summary>
internal static class JsonEdits
{
    private const int MaxNesting = 80;

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e400", "1.5", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "\"\"", "\"0x\"", "\"0x0\"",
        "\"0xg\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[]]", "[null]", "{\"\":null}", "\"9999-12-31T23:59:59Z\"",
    ];

    public static byte[] Mutate(Random random, byte[] valid)
    {
        try
        {
            byte[] mutant = MutateTree(random, valid);
            return random.Next(16) == 0 ? Double(random, mutant) : mutant;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // Readers take what a tree of nodes cannot hold: a member that comes twice, half of a surrogate pair.
            return Mutations.Mutate(random, [valid]);
        }
    }

    private static byte[] MutateTree(Random random, byte[] valid)
    {
        JsonNode holder = new JsonArray(JsonNode.Parse(valid));
        List<JsonNode> inner = [];
        Collect(holder, inner);
        Damage(random, inner[random.Next(inner.Count)]);
        return Write(holder[0]);
    }

    private static byte[] Write(JsonNode? node)
    {
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written, new JsonWriterOptions { MaxDepth = int.MaxValue }))
        {
            if (node is null)
            {
                json.WriteNullValue();
            }
            else
            {
                node.WriteTo(json);
            }
        }

        return written.ToArray();
    }

    private static void Collect(JsonNode node, List<JsonNode> inner)
    {
        inner.Add(node);
        IEnumerable<JsonNode?> children = node is JsonObject members ? members.Select(member => member.Value) : (JsonArray)node;
        foreach (JsonNode child in children.OfType<JsonNode>().Where(child => child is JsonObject or JsonArray))
        {
            Collect(child, inner);
        }
    }

    private static void Damage(Random random, JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                string name = members.ElementAt(random.Next(members.Count)).Key;
                JsonNode? value = members[name];
                members.Remove(name);
                if (random.Next(4) != 0)
                {
                    members[random.Next(4) == 0 ? name.ToUpperInvariant() : name] = Changed(random, value);
                }

                break;
            case JsonArray { Count: > 0 } items:
                int at = random.Next(items.Count);
                JsonNode? item = items[at];
                items[at] = null;
                items[at] = Changed(random, item);
                for (int copies = random.Next(4) == 0 ? random.Next(1, 40) : 0; copies > 0; copies--)
                {
                    items.Add(item?.DeepClone());
                }

                break;
        }
    }

    private static JsonNode? Changed(Random random, JsonNode? value) => random.Next(4) switch
    {
        0 when value is JsonValue && value.GetValueKind() == JsonValueKind.String =>
            JsonValue.Create(System.Text.Encoding.UTF8.GetString(TextEdits.Mutate(random, System.Text.Encoding.UTF8.GetBytes(value.GetValue<string>()), '.', '/', ':', '-'))),
        1 => Nested(value, random.Next(1, MaxNesting)),
        2 => value,
        _ => JsonNode.Parse(Values[random.Next(Values.Length)]),
    };

    private static JsonNode? Nested(JsonNode? value, int times)
    {
        for (int i = 0; i < times; i++)
        {
            value = new JsonArray(value);
        }

        return value;
    }

    // What a tree of nodes cannot hold: the same member twice.
    private static byte[] Double(Random random, byte[] json)
    {
        int open = json.AsSpan().IndexOf((byte)'{');
        int close = json.AsSpan().LastIndexOf((byte)'}');
        return open < 0 || close <= open + 1 ? json
            : [.. json[..close], (byte)',', .. json[(open + 1)..(random.Next(2) == 0 ? close : Math.Max(open + 1, close - 1))], .. json[close..]];
    }
}
