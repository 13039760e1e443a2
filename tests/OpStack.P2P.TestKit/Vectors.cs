using System.Text.Json;

namespace OpStack.P2P.TestKit;

/// <summary>The test data of tests/vectors, copied beside every test assembly.</summary>
public static class Vectors
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "vectors", name);

    public static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllBytes(PathOf(name)));
}
