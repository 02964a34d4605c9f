using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>Loads the XML with all that could harm refused: DTDs, entities, excessive size and nesting.</summary>
internal static class DmnXml
{
    private const int MaxCharacters = 20_000_000;
    private const int MaxDepth = 200;
    private const int MaxElements = 500_000;

    private static readonly string[] Namespaces =
    [
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    ];

    private static XmlReaderSettings Settings => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    public static XElement Load(string xml) => Guarded(() =>
    {
        using (var reader = XmlReader.Create(new StringReader(xml), Settings))
        {
            CheckShape(reader);
        }

        using var again = XmlReader.Create(new StringReader(xml), Settings);
        return XDocument.Load(again, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace).Root!;
    });

    public static string ReadAll(Stream xml)
    {
        using var reader = new StreamReader(xml, leaveOpen: true);
        var buffer = new char[MaxCharacters / 100];
        var text = new System.Text.StringBuilder();
        for (var read = reader.Read(buffer); read > 0; read = reader.Read(buffer))
        {
            text.Append(buffer, 0, read);
            if (text.Length > MaxCharacters)
            {
                throw new DmnException($"The document is longer than {MaxCharacters} characters.");
            }
        }

        return text.ToString();
    }

    public static int Line(XObject node) => node is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 0;

    private static XElement Guarded(Func<XElement> load)
    {
        try
        {
            var root = load();
            return root.Name.LocalName == "definitions" && Namespaces.Contains(root.Name.NamespaceName)
                ? root
                : throw new DmnException([new DmnProblem(root.Name.LocalName, Line(root), $"The root must be 'definitions' of DMN 1.2 to 1.5, not of the namespace '{root.Name.NamespaceName}'.")]);
        }
        catch (XmlException broken)
        {
            throw new DmnException([new DmnProblem("document", broken.LineNumber, broken.Message)]);
        }
    }

    private static void CheckShape(XmlReader reader)
    {
        var elements = 0;
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth || (reader.NodeType == XmlNodeType.Element && ++elements > MaxElements))
            {
                throw new DmnException([new DmnProblem(reader.Name, ((IXmlLineInfo)reader).LineNumber, $"The document is nested deeper than {MaxDepth} levels or has more than {MaxElements} elements.")]);
            }
        }
    }
}
