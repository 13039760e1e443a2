using System.Text;

namespace OpStack.P2P.Adversarial.Fuzzing.Edits;

/// <summary>Damage to a text of parts: parts dropped, doubled, moved, put in place of each other, and characters that parsers trip over.</summary>
internal static class TextEdits
{
    private static readonly string[] Odd =
    [
        "\0", " ", "\t", "\n", "\r\n", "%", "%00", "%2f", "//", "::", "0x", "-1", "+1", "00", "1e9", "65536", "4294967296", "18446744073709551616",
        "99999999999999999999999999999999", "é", "\u202e", "\ufeff", "\ud83d\ude00", "٣", "null", "true", "{}", "[]", "\"", "\\", "\\u0000", "\\ud800",
    ];

    /// <param name="random">The source of chance.</param>
    /// <param name="valid">UTF-8.</param>
    /// <param name="separators">What stands between parts.</param>
    public static byte[] Mutate(Random random, byte[] valid, params char[] separators)
    {
        List<string> parts = Split(Encoding.UTF8.GetString(valid), separators);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(parts.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < parts.Count:
                    parts.RemoveAt(at);
                    break;
                case 1 when at < parts.Count:
                    parts.InsertRange(at, Enumerable.Repeat(parts[at], random.Next(1, 30)));
                    break;
                case 2 when at < parts.Count:
                    parts[at] = parts[random.Next(parts.Count)];
                    break;
                case 3 when at < parts.Count:
                    parts[at] = Odd[random.Next(Odd.Length)];
                    break;
                case 4:
                    parts.Insert(at, new string((char)random.Next(33, 127), random.Next(1, 200)));
                    break;
                default:
                    parts.Insert(at, Odd[random.Next(Odd.Length)]);
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(string.Concat(parts));
    }

    // Parts and separators, in order.
    private static List<string> Split(string text, char[] separators)
    {
        List<string> parts = [];
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || separators.Contains(text[i]))
            {
                parts.Add(text[start..i]);
                start = i + 1;
                if (i < text.Length)
                {
                    parts.Add(text[i].ToString());
                }
            }
        }

        return parts;
    }
}
