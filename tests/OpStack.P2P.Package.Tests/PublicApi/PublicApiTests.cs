using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Package.Tests.PublicApi;

/// <summary>No public member comes, goes or changes unseen: the files beside this one are what was accepted (docs/packages.md tells how).</summary>
public sealed class PublicApiTests
{
    private static readonly string Accepted = Path.Combine(Repository.Root, "tests", "OpStack.P2P.Package.Tests", "PublicApi");

    [Theory]
    [MemberData(nameof(PackageList.Names), MemberType = typeof(PackageList))]
    public void The_public_API_is_the_accepted_one(string package)
    {
        string file = Path.Combine(Accepted, package + ".txt");
        string[] actual = [.. ApiText.Of(Assembly.Load(package))];
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
        {
            File.WriteAllLines(file, actual);
        }

        string[] accepted = File.Exists(file) ? File.ReadAllLines(file) : [];
        string[] differences = [.. accepted.Except(actual).Select(line => "- " + line), .. actual.Except(accepted).Select(line => "+ " + line)];
        Assert.True(
            differences.Length == 0,
            $"The public API of {package} differs. If it should, accept it: ACCEPT_PUBLIC_API=1 dotnet test tests/OpStack.P2P.Package.Tests --filter PublicApi\n"
            + string.Join('\n', differences));
        Assert.Equal(accepted, actual);
        Assert.NotEmpty(actual);
    }

    [Fact]
    public void A_line_tells_all_that_a_caller_depends_on()
    {
        const string Name = "OpStack.P2P.Package.Tests.PublicApi.PublicApiTests.Example<T>";
        string[] expected =
        [
            "abstract class : IDisposable where T : struct",
            "protected Example(string text)",
            "const int Size = 32",
            "static readonly string? Field",
            "required IReadOnlyList<string?> Items { get; init; }",
            "int Count { get; protected set; }",
            "protected virtual event EventHandler? Changed",
            "abstract Dictionary<string, T?>? Find(ReadOnlySpan<byte> key, in int at, ref long where, out string? text)",
            "static ValueTask<U> RunAsync<U>(U value, DayOfWeek day = 5, CancellationToken token = default, string? name = null) where U : class, IDisposable",
            "void Dispose()",
            "override string ToString()",
        ];
        Assert.Equal(
            expected.Select(line => $"{Name}: {line}").Order(StringComparer.Ordinal),
            ApiText.Of(typeof(Example<>)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Records_enums_and_delegates_are_told_as_what_they_are()
    {
        Assert.Equal(
            ["sealed record : IEquatable<OpStack.P2P.Package.Tests.PublicApi.PublicApiTests.Point>", "Point(int X)", "int X { get; init; }"],
            ApiText.Of(typeof(Point)).Select(line => line.Split(": ", 2)[1]));
        Assert.Equal(["enum : byte", "Up = 1", "Down = 2"], ApiText.Of(typeof(Way)).Select(line => line.Split(": ", 2)[1]));
        Assert.Equal(["delegate void (ReadOnlyMemory<byte> bytes)"], ApiText.Of(typeof(Taker)).Select(line => line.Split(": ", 2)[1]));
    }

    public delegate void Taker(ReadOnlyMemory<byte> bytes);

    public enum Way : byte
    {
        Up = 1,
        Down,
    }

    public sealed record Point(int X);

    [SuppressMessage("Performance", "CA1822", Justification = "An example of members.")]
    public abstract class Example<T> : IDisposable
        where T : struct
    {
        public const int Size = 32;
        public static readonly string? Field = null;
        private readonly string _text;

        protected Example(string text) => _text = text;

        internal Example(int hidden) => _text = $"{hidden}";

        public required IReadOnlyList<string?> Items { get; init; }

        public int Count { get; protected set; }

        protected virtual event EventHandler? Changed
        {
            add { }
            remove { }
        }

        public static ValueTask<U> RunAsync<U>(U value, DayOfWeek day = DayOfWeek.Friday, CancellationToken token = default, string? name = null)
            where U : class, IDisposable => ValueTask.FromResult(value);

        public abstract Dictionary<string, T?>? Find(ReadOnlySpan<byte> key, in int at, ref long where, out string? text);

        public void Dispose() => GC.SuppressFinalize(this);

        public override string ToString() => _text;

        internal void Hidden() => Count++;
    }
}
