using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Tests.Peers;

/// <summary>Attack table row 58: whatever lies at the path, or the disk does, the node starts and nothing is lost.</summary>
[Trait("Row", "58")]
public sealed class BootStoreFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bootstore");
    private readonly WarningCounter _log = new();
    private readonly string _path;

    public BootStoreFileTests() => _path = Path.Combine(_directory.FullName, "chain", "bootstore.json");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_is_saved_is_loaded_and_the_directory_is_made()
    {
        BootStore store = Store(3);
        Assert.True(StoreFile().Save(store));
        Assert.False(store.HasChanges);

        BootStore loaded = StoreFile().Load();
        Assert.Equal(store.Records, loaded.Records);
        Assert.False(loaded.HasChanges);
        Assert.Equal(0, _log.Warnings);
        Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));

        // kona reads it: a bare array of texts.
        string[]? texts = JsonSerializer.Deserialize<string[]>(File.ReadAllText(_path));
        Assert.Equal(store.Records.Select(r => r.ToString()), texts);
    }

    [Fact]
    public void No_file_is_an_empty_store_without_a_warning()
    {
        Assert.Equal(0, StoreFile().Load().Count);
        Assert.Equal(0, _log.Warnings);
    }

    [Fact]
    public void A_store_truncated_at_any_byte_is_one_warning_and_kept_aside()
    {
        StoreFile().Save(Store(2));
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            ShouldBeSetAside(part);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("\"enr:\"")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("[null]")]
    [InlineData("[\"enr:\"]")]
    [InlineData("[\"a\",\"b\"]")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("[] x")]
    [InlineData("[")]
    [InlineData("enr:-Jy4")]
    [InlineData("\0\0\0\0")]
    public void A_foreign_file_is_one_warning_and_kept_aside(string content) => ShouldBeSetAside(System.Text.Encoding.UTF8.GetBytes(content));

    [Fact]
    public void A_file_that_is_no_utf8_or_too_large_is_kept_aside()
    {
        ShouldBeSetAside([.. "[\""u8, 0xff, 0xfe, .. "\"]"u8]);
        byte[] large = new byte[PeerLimits.MaxStoreFileSize + 1];
        large.AsSpan().Fill((byte)' ');
        "[]"u8.CopyTo(large);
        ShouldBeSetAside(large);
    }

    [Fact]
    public void Single_bad_records_are_passed_over()
    {
        Put(JsonSerializer.SerializeToUtf8Bytes(new[] { "enr:bad", TestRecords.Of(1).ToString(), new string('x', 100_000) }));
        Assert.Equal([TestRecords.Of(1)], StoreFile().Load().Records);
        Assert.Equal(0, _log.Warnings);
    }

    [Fact]
    public void Of_more_records_than_it_holds_the_last_are_read()
    {
        Enr last = TestRecords.Of(1);
        Put(JsonSerializer.SerializeToUtf8Bytes(Enumerable.Repeat(TestRecords.Of(2).ToString(), 1)
            .Concat(Enumerable.Repeat("x", PeerLimits.MaxStoredRecords - 1)).Append(last.ToString())));
        Assert.Equal([last], StoreFile().Load().Records);
    }

    [Fact]
    public void Files_kept_aside_are_not_lost_to_each_other_and_when_too_many_the_last_stays_in_place()
    {
        BootStoreFile file = StoreFile();
        for (int i = 0; i < PeerLimits.MaxBadStoreFiles + 1; i++)
        {
            Put([(byte)('a' + i)]);
            Assert.Equal(0, (file = StoreFile()).Load().Count);
        }

        Assert.Equal(PeerLimits.MaxBadStoreFiles + 1, Directory.GetFiles(Path.GetDirectoryName(_path)!).Length);
        Assert.False(file.Save(Store(1)));
        Assert.Equal([(byte)('a' + PeerLimits.MaxBadStoreFiles)], File.ReadAllBytes(_path));
    }

    [Fact]
    public void A_directory_at_the_path_is_one_warning()
    {
        Directory.CreateDirectory(_path);
        BootStoreFile file = StoreFile();
        Assert.Equal(0, file.Load().Count);
        Assert.Equal(1, _log.Warnings);
        Assert.False(file.Save(Store(1)));
        Assert.True(Directory.Exists(_path));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_no_rubbish()
    {
        StoreFile().Save(Store(2));
        byte[] before = File.ReadAllBytes(_path);
        for (int room = 0; room < 400; room += 57)
        {
            BootStore next = Store(3);
            Assert.False(new BootStoreFile(_path, _log, path => new FullDisk(File.Create(path), room)).Save(next));
            Assert.True(next.HasChanges);
            Assert.Equal(before, File.ReadAllBytes(_path));
            Assert.Equal([_path], Directory.GetFiles(Path.GetDirectoryName(_path)!));
        }

        Assert.True(StoreFile().Save(Store(3)));
    }

    [Fact]
    public void A_read_only_directory_is_a_warning_and_false()
    {
        StoreFile().Save(Store(1));
        byte[] before = File.ReadAllBytes(_path);

        // A superuser writes everywhere, so the disk's refusal is made by hand as well.
        Assert.False(new BootStoreFile(_path, _log, _ => throw new UnauthorizedAccessException("read-only")).Save(Store(2)));
        Assert.Equal(1, _log.Warnings);
        Assert.Equal(before, File.ReadAllBytes(_path));
        if (!OperatingSystem.IsWindows() && Environment.UserName != "root")
        {
            DirectoryInfo directory = new(Path.GetDirectoryName(_path)!);
            UnixFileMode mode = directory.UnixFileMode;
            directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            Assert.False(StoreFile().Save(Store(2)));
            Assert.Equal(1, StoreFile().Load().Count);
            directory.UnixFileMode = mode;
        }
    }

    [Fact]
    public void The_default_path_is_kona_s() =>
        Assert.EndsWith(Path.Combine(".kona", "10", "bootstore.json"), BootStoreFile.DefaultPath(10));

    private static BootStore Store(int records)
    {
        BootStore store = new();
        for (int i = 0; i < records; i++)
        {
            store.Add(TestRecords.Of(i));
        }

        return store;
    }

    private BootStoreFile StoreFile() => new(_path, _log, File.Create);

    private void Put(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllBytes(_path, content);
    }

    private void ShouldBeSetAside(byte[] content)
    {
        Put(content);
        int before = _log.Warnings;
        BootStoreFile file = StoreFile();
        Assert.Equal(0, file.Load().Count);
        Assert.Equal(before + 1, _log.Warnings);
        Assert.False(File.Exists(_path));
        Assert.Equal(content, File.ReadAllBytes(_path + ".bad"));
        File.Delete(_path + ".bad");
        Assert.True(file.Save(Store(1)));
        File.Delete(_path);
    }

    /// <summary>Takes so many bytes, then fails as a full disk does.</summary>
    private sealed class FullDisk(Stream inner, int room) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer[..Math.Min(room, buffer.Length)]);
            throw new IOException("No space left on device");
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class WarningCounter : ILogger
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings += logLevel >= LogLevel.Warning ? 1 : 0;
    }
}
