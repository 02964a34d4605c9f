using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Host.Sops;

/// <summary>
/// What a new SOP is drawn from: start, brief, the three sign-offs before the launch, sending, end. It can be published as it is; its tasks take
/// the forms in the box.
/// </summary>
internal static partial class SopSkeleton
{
    private static readonly XNamespace Bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    private static readonly XNamespace Drawing = "http://www.omg.org/spec/BPMN/20100524/DI";
    private static readonly XNamespace Sop = "urn:orchestrator:sop:1";

    public static string Xml { get; } = Read();

    /// <summary>An id that can stand in a file, an address and an expression: lower-case letters, digits, dashes.</summary>
    [GeneratedRegex("^[a-z][a-z0-9-]{1,62}$")]
    public static partial Regex KeyPattern();

    /// <summary>The same file as a process of another id and name; what is no XML stays as it is, for the reader to refuse.</summary>
    public static string Named(string xml, string key, string chinese, string english)
    {
        XDocument document;
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml));
            document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return xml;
        }
        if (document.Root?.Element(Bpmn + "process") is not { } process)
            return xml;
        var before = (string?)process.Attribute("id");
        process.SetAttributeValue("id", key);
        process.SetAttributeValue("name", chinese);
        foreach (var plane in document.Descendants(Drawing + "BPMNPlane").Where(plane => (string?)plane.Attribute("bpmnElement") == before))
            plane.SetAttributeValue("bpmnElement", key);
        if (process.Element(Bpmn + "extensionElements")?.Element(Sop + "name") is { } name)
        {
            name.SetAttributeValue("zh", chinese);
            name.SetAttributeValue("en", english);
        }
        return $"{document.Declaration}\n{document.Root}\n";
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(SopSkeleton).Assembly.GetManifestResourceStream("Sops/skeleton.bpmn")!);
        return reader.ReadToEnd();
    }
}
