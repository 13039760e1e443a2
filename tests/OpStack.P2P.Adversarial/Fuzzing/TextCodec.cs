using System.Text;

namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>A codec of text. Making a string of the input is not measured: no code under test does it.</summary>
internal abstract class TextCodec : FuzzCodec
{
    private string _text = "";

    public sealed override void Prepare(byte[] input) => _text = Encoding.UTF8.GetString(input);

    public sealed override bool TryDecode(byte[] input) => TryParse(_text);

    /// <summary>What is told when a text is not the generated one; null when it is.</summary>
    protected static string? Difference(string again, byte[] generated) => Difference(Encoding.UTF8.GetBytes(again), generated);

    /// <summary>As <see cref="FuzzCodec.TryDecode"/>.</summary>
    protected abstract bool TryParse(string text);
}
