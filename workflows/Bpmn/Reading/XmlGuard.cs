using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Turns text into a document without letting hostile input expand, nest or grow without bound.</summary>
internal static class XmlGuard
{
    internal const int MaxCharacters = 5_000_000;
    internal const int MaxDepth = 100;
    internal const int MaxElements = 100_000;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        MaxCharactersFromEntities = 0,
    };

    internal static XDocument? Load(string xml, ProblemList problems)
    {
        if (xml.Length > MaxCharacters)
        {
            problems.FileError("file-too-large", 0, $"The file has {xml.Length} characters; at most {MaxCharacters} are read. Split it into several processes.");
            return null;
        }
        try
        {
            return IsBounded(xml, problems) ? Parse(xml) : null;
        }
        catch (XmlException broken)
        {
            var what = xml.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase)
                ? "Document type definitions and entities are refused. Remove the DOCTYPE."
                : $"The file is not well-formed XML: {broken.Message}";
            problems.FileError("not-xml", broken.LineNumber, what);
            return null;
        }
    }

    private static bool IsBounded(string xml, ProblemList problems)
    {
        using var reader = XmlReader.Create(new StringReader(xml), Settings);
        var elements = 0;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            var line = ((IXmlLineInfo)reader).LineNumber;
            if (reader.Depth > MaxDepth)
            {
                problems.FileError("file-too-deep", line, $"Elements are nested deeper than {MaxDepth} levels. Flatten the subprocesses or call another process.");
                return false;
            }
            if (++elements > MaxElements)
            {
                problems.FileError("file-too-large", line, $"The file has more than {MaxElements} elements. Split it into several processes.");
                return false;
            }
        }
        return true;
    }

    private static XDocument Parse(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml), Settings);
        return XDocument.Load(reader, LoadOptions.SetLineInfo);
    }
}
