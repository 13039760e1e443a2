using System.Net;
using OpStack.Discv5.Records;
using OpStack.P2P.FollowChain.Flags;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.FollowChain;

/// <summary>Keys, and what is known by them (op-node's p2p commands, and more).</summary>
internal sealed class P2PCommand(FlagValues values, TextReader input, TextWriter output)
{
    /// <summary>Longest key read, in characters.</summary>
    private const int MaxKeyText = 1024;

    /// <summary>Runs one; throws <see cref="FlagException"/>.</summary>
    public int Run(string command, string? file)
    {
        switch (command)
        {
            case "genkey":
                GenerateKey(file);
                break;
            case "pub2id":
                output.WriteLine(ReadPublicKey(file).ToPeerId());
                break;
            default:
                using (Secp256k1PrivateKey key = ReadKey(file))
                {
                    output.WriteLine(command switch
                    {
                        "priv2id" => key.PublicKey.ToPeerId().ToString(),
                        "nodeid" => Discv5.NodeId.FromPublicKey(key.PublicKey).ToString(),
                        _ => Record(key).ToString(),
                    });
                }

                break;
        }

        return 0;
    }

    private void GenerateKey(string? file)
    {
        if (file is not null)
        {
            using Secp256k1PrivateKey made = File.Exists(file) ? throw new FlagException($"{file} is there already.") : Guarded(() => KeyFile.LoadOrCreate(file));
            output.WriteLine(made.PublicKey.ToPeerId());
            return;
        }

        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        key.Export(secret);
        output.WriteLine(Hex.Encode(secret)); // What was asked for, as by op-node.
        Array.Clear(secret);
    }

    private Secp256k1PrivateKey ReadKey(string? file) =>
        file is not null ? Guarded(() => KeyFile.Load(file))
        : KeyFile.TryParse(ReadText(input), out Secp256k1PrivateKey? key) ? key
        : throw new FlagException("The standard input holds no key of 64 hex digits.");

    private Secp256k1PublicKey ReadPublicKey(string? file)
    {
        ReadOnlySpan<char> text = (file is null ? ReadText(input) : Guarded(() => ReadFile(file))).AsSpan().Trim();
        text = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return Hex.TryDecode(text, out byte[] bytes) && Secp256k1PublicKey.TryParse(bytes, out Secp256k1PublicKey? key)
            ? key
            : throw new FlagException($"{file ?? "The standard input"} holds no public key of 66 hex digits, or 130 uncompressed.");
    }

    private static string ReadFile(string path)
    {
        using StreamReader reader = new(path);
        return ReadText(reader);
    }

    private static string ReadText(TextReader reader)
    {
        char[] text = new char[MaxKeyText];
        int length = reader.ReadBlock(text);
        string read = new(text, 0, length);
        Array.Clear(text);
        return read;
    }

    private Enr Record(Secp256k1PrivateKey key)
    {
        EnrBuilder record = new EnrBuilder(EnrBuilder.NextSequence(0, DateTimeOffset.UtcNow))
            .Set(OpStackEnr.Key, OpStackEnr.FromChainId(ChainFlags.ReadChain(values).RollupConfig.L2ChainId).Encode());
        if (values.Text(FlagTable.AdvertiseIp) is { Length: > 0 } text)
        {
            record.SetIp(IPAddress.TryParse(text, out IPAddress? ip) ? ip : throw values.Wrong(FlagTable.AdvertiseIp, "an address"));
        }

        SetPort(FlagTable.AdvertiseTcp, port => record.SetTcp(port));
        SetPort(FlagTable.AdvertiseUdp, port => record.SetUdp(port));
        return record.Build(key);
    }

    private void SetPort(Flag flag, Action<int> set)
    {
        if (values.Port(flag) is var port and > 0)
        {
            set(port);
        }
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is SigningException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FlagException(e.Message);
        }
    }
}
