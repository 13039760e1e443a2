using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P.TestKit;

/// <summary>Keeps what is logged, as whatever a library or a host asks for: logger, provider or factory.</summary>
public sealed class LogRecorder : ILoggerFactory, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    /// <summary>In the order they came.</summary>
    public IReadOnlyCollection<LogLine> Lines => _lines;

    /// <summary>Texts, each with the exception told with it.</summary>
    public IReadOnlyList<string> All => [.. _lines.Select(line => line.Text + line.Exception)];

    public IReadOnlyList<string> Warnings => [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];

    public IReadOnlyList<string> Of(int id) => [.. _lines.Where(line => line.Id == id).Select(line => line.Text)];

    public int Count(int id) => _lines.Count(line => line.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new LogLine(eventId.Id, logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}

/// <summary>One line of a <see cref="LogRecorder"/>.</summary>
public sealed record LogLine(int Id, LogLevel Level, string Text, Exception? Exception);
