using System.Buffers.Binary;
using System.Text;

namespace OpStack.Libp2p.Connections.Naming;

/// <summary>What an answer to a TXT question is.</summary>
internal enum DnsAnswer
{
    /// <summary>Records, or none: the name may be without any, or not exist.</summary>
    Records,
    /// <summary>No answer to this question, or malformed: to be passed over.</summary>
    NotOurs,
    /// <summary>The server failed, refused, or could not fit its answer.</summary>
    Failed,
}

/// <summary>DNS messages (RFC 1035) as far as one TXT question and its answer need them. A pure codec.</summary>
internal static class DnsTextMessage
{
    private const int HeaderSize = 12;
    private const ushort TypeTxt = 16;
    private const ushort TypeOpt = 41;
    private const ushort ClassIn = 1;
    private const ushort FlagResponse = 0x8000;
    private const ushort FlagTruncated = 0x0200;
    private const ushort FlagRecursionDesired = 0x0100;
    private const int CodeMask = 0x000F;
    private const int CodeNoSuchName = 3;

    /// <summary>The question for the TXT records of a name, with EDNS(0); false for what is no host name.</summary>
    public static bool TryWriteQuestion(string name, ushort id, out byte[] message)
    {
        message = [];
        byte[] buffer = new byte[HeaderSize + NamingLimits.NameSize + 4 + 11];
        if (!TryWriteName(name, buffer.AsSpan(HeaderSize, NamingLimits.NameSize), out int nameSize))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(2), FlagRecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(4), 1); // Questions.
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(10), 1); // Additional records: EDNS.
        Span<byte> rest = buffer.AsSpan(HeaderSize + nameSize);
        BinaryPrimitives.WriteUInt16BigEndian(rest, TypeTxt);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], ClassIn);
        BinaryPrimitives.WriteUInt16BigEndian(rest[5..], TypeOpt); // After the root name, one zero byte.
        BinaryPrimitives.WriteUInt16BigEndian(rest[7..], NamingLimits.AnswerSize);
        message = buffer[..(HeaderSize + nameSize + 4 + 11)];
        return true;
    }

    /// <summary>Reads the answer to <paramref name="question"/>, as <see cref="TryWriteQuestion"/> wrote it. Never throws.</summary>
    public static DnsAnswer Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, out IReadOnlyList<string> texts)
    {
        texts = [];

        // Name, type and class of the question: all but its header and EDNS record.
        ReadOnlySpan<byte> asked = question[HeaderSize..^11];
        if (message.Length < HeaderSize + asked.Length || !message[..2].SequenceEqual(question[..2]))
        {
            return DnsAnswer.NotOurs;
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & FlagResponse) == 0
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !Ascii.EqualsIgnoreCase(message.Slice(HeaderSize, asked.Length), asked))
        {
            return DnsAnswer.NotOurs;
        }

        if ((flags & CodeMask) == CodeNoSuchName)
        {
            return DnsAnswer.Records;
        }

        return (flags & (CodeMask | FlagTruncated)) != 0
            ? DnsAnswer.Failed
            : ReadRecords(message, HeaderSize + asked.Length, BinaryPrimitives.ReadUInt16BigEndian(message[6..]), out texts);
    }

    /// <summary>
    /// The TXT records among the answers, whatever their owner: behind an alias it is another name than the one asked for, and the answer
    /// is bound to the question already.
    /// </summary>
    private static DnsAnswer ReadRecords(ReadOnlySpan<byte> message, int position, int count, out IReadOnlyList<string> texts)
    {
        List<string> found = [];
        texts = found;
        for (int i = 0; i < count; i++)
        {
            if (!TrySkipName(message, ref position) || message.Length - position < 10)
            {
                return DnsAnswer.NotOurs;
            }

            ushort type = BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
            ushort length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
            position += 10;
            if (message.Length - position < length)
            {
                return DnsAnswer.NotOurs;
            }

            if (type == TypeTxt)
            {
                if (!TryReadText(message.Slice(position, length), out string? text))
                {
                    return DnsAnswer.NotOurs;
                }

                found.Add(text);
            }

            position += length;
        }

        return DnsAnswer.Records;
    }

    /// <summary>A record is one or more strings of at most 255 bytes, which belong together.</summary>
    private static bool TryReadText(ReadOnlySpan<byte> data, out string text)
    {
        byte[] all = new byte[data.Length];
        int size = 0;
        text = "";
        while (!data.IsEmpty)
        {
            int length = data[0];
            if (data.Length - 1 < length)
            {
                return false;
            }

            data.Slice(1, length).CopyTo(all.AsSpan(size));
            size += length;
            data = data[(1 + length)..];
        }

        text = Encoding.UTF8.GetString(all, 0, size);
        return true;
    }

    /// <summary>Passes over a name: it ends with its root label, or with a pointer, which is not followed.</summary>
    private static bool TrySkipName(ReadOnlySpan<byte> message, ref int position)
    {
        while (position < message.Length)
        {
            byte length = message[position];
            if (length >= 0xC0)
            {
                position += 2;
                return position <= message.Length;
            }

            position += 1 + length;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryWriteName(string name, Span<byte> buffer, out int size)
    {
        size = 0;
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        foreach (string label in name.Split('.'))
        {
            if (label.Length is 0 or > NamingLimits.LabelSize || !Ascii.IsValid(label) || buffer.Length - size < label.Length + 2)
            {
                return false;
            }

            buffer[size] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, buffer[(size + 1)..]);
            size += 1 + label.Length;
        }

        buffer[size++] = 0;
        return true;
    }
}
