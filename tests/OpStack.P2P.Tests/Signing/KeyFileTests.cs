using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Signing;

/// <summary>Files that hold a key.</summary>
public sealed class KeyFileTests : IDisposable
{
    private const string Digits = "4646464646464646464646464646464646464646464646464646464646464646";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("key");

    private string FileName => Path.Combine(_directory.FullName, "node", "p2p_priv.txt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_missing_file_is_made_for_us_alone_and_read_again()
    {
        using Secp256k1PrivateKey made = KeyFile.LoadOrCreate(FileName);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileName));
        }

        Assert.Matches("^[0-9a-f]{64}\n$", File.ReadAllText(FileName));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(FileName)!));
        using Secp256k1PrivateKey read = KeyFile.LoadOrCreate(FileName);
        Assert.Equal(made.PublicKey, read.PublicKey);
        using Secp256k1PrivateKey loaded = KeyFile.Load(FileName);
        Assert.Equal(made.PublicKey, loaded.PublicKey);
    }

    [Theory]
    [InlineData(Digits)]
    [InlineData("0x" + Digits)]
    [InlineData(" \t0X" + Digits + "\r\n\n")]
    public void White_space_and_a_prefix_do_not_matter(string text)
    {
        Write(text);
        using Secp256k1PrivateKey key = KeyFile.Load(FileName);
        byte[] secret = new byte[32];
        key.Export(secret);
        Assert.Equal(Digits, Hex.Encode(secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("46464646")]
    [InlineData(Digits + "46")]
    [InlineData("4646464646464646464646464646464z46464646464646464646464646464646")]
    [InlineData("0x0x46464646464646464646464646464646464646464646464646464646464646")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public void What_is_no_key_is_an_error_that_does_not_print_it(string text)
    {
        Write(text);
        SigningException error = Assert.Throws<SigningException>(() => KeyFile.LoadOrCreate(FileName));
        Assert.Equal(SigningError.BadKeyFile, error.Error);
        Assert.Contains(FileName, error.Message, StringComparison.Ordinal);
        Assert.True(text.Length < 8 || !error.ToString().Contains(text[2..8], StringComparison.Ordinal));
        Assert.Equal(text, File.ReadAllText(FileName)); // Whatever it is, it may be the only copy.
    }

    [Fact]
    public void A_large_file_a_directory_and_a_missing_file_are_errors()
    {
        Write(Digits + new string(' ', 5000));
        Assert.Throws<SigningException>(() => KeyFile.LoadOrCreate(FileName));
        Assert.Equal(SigningError.BadKeyFile, Assert.Throws<SigningException>(() => KeyFile.LoadOrCreate(_directory.FullName)).Error);
        Assert.Equal(SigningError.BadKeyFile, Assert.Throws<SigningException>(() => KeyFile.Load(FileName + ".none")).Error);
        Assert.False(File.Exists(FileName + ".none"));
    }

    [Fact]
    public async Task Of_many_that_make_the_file_at_once_all_get_the_same_key()
    {
        Secp256k1PublicKey[] keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using Secp256k1PrivateKey key = KeyFile.LoadOrCreate(FileName);
            return key.PublicKey;
        })));
        Assert.Single(keys.Distinct());
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.WriteAllText(FileName, text);
    }
}
