using System.Text;
using System.Xml;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>
/// Reads hostile XML: no document type, so no entities of its own and nothing loaded from elsewhere; bounded in length, depth and text.
/// </summary>
internal static class BoundedXml
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = UpnpLimits.MaxBody,
        MaxCharactersFromEntities = UpnpLimits.MaxBody,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>
    /// Tells, in order, the text that stands first in an element, trimmed, and the end of every element; names are without namespace. False,
    /// and no more told, when the document breaks a bound or a rule of XML.
    /// </summary>
    /// <param name="document">UTF-8, whatever it declares: UPnP allows nothing else.</param>
    /// <param name="onText">Name and text; the text is cut off at <see cref="UpnpLimits.MaxXmlText"/>.</param>
    /// <param name="onEnd">The name of an element that ends.</param>
    public static bool TryWalk(ReadOnlySpan<byte> document, Action<string, string> onText, Action<string> onEnd)
    {
        if (document.Length > UpnpLimits.MaxBody)
        {
            return false;
        }

        try
        {
            using StringReader text = new(Encoding.UTF8.GetString(document).TrimStart('\uFEFF'));
            using XmlReader reader = XmlReader.Create(text, Settings);
            string name = "";
            while (reader.Read())
            {
                if (reader.Depth > UpnpLimits.MaxXmlDepth)
                {
                    return false;
                }

                switch (reader.NodeType)
                {
                    case XmlNodeType.Element when reader.IsEmptyElement:
                        onEnd(reader.LocalName);
                        break;
                    case XmlNodeType.Element:
                        name = reader.LocalName;
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA:
                        string value = reader.Value;
                        onText(name, value[..Math.Min(value.Length, UpnpLimits.MaxXmlText)].Trim());
                        break;
                    case XmlNodeType.EndElement:
                        onEnd(reader.LocalName);
                        name = "";
                        break;
                }
            }

            return true;
        }
        catch (XmlException)
        {
            // The reader's only way to say that a document is malformed; it does not leave this codec.
            return false;
        }
    }
}
