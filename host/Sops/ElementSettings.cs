using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Host.Sops;

/// <summary>What the elements of a definition file say, as names and values, for showing what changed. Layout does not count.</summary>
internal static class ElementSettings
{
    private static readonly HashSet<string> LeftOut = ["incoming", "outgoing", "documentation", "BPMNDiagram", "DMNDI"];
    private static readonly string[] Keys = ["id", "target", "key", "formId", "type"];

    /// <summary>Element id to its settings. Elements inside that have settings of their own to show (<paramref name="apart"/>) are left out of their parent's.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read(string xml, Func<XElement, bool> apart)
    {
        var elements = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var element in Load(xml).Descendants().Where(apart))
        {
            if (element.Attribute("id")?.Value is { } id)
                elements.TryAdd(id, Of(element, apart));
        }
        return elements;
    }

    public static XDocument Load(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XDocument.Load(reader);
    }

    private static SortedDictionary<string, string> Of(XElement element, Func<XElement, bool> apart)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(settings, element, "", apart);
        return settings;
    }

    private static void Add(SortedDictionary<string, string> settings, XElement element, string path, Func<XElement, bool> apart)
    {
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.LocalName != "id"))
            settings.TryAdd((path + " " + attribute.Name.LocalName).TrimStart(), attribute.Value);
        if (!element.HasElements && element.Value.Trim() is { Length: > 0 } text)
            settings.TryAdd(path.Length == 0 ? "text" : path, text);
        var children = element.Elements().Where(child => !LeftOut.Contains(child.Name.LocalName) && !apart(child)).ToList();
        foreach (var group in children.GroupBy(child => child.Name.LocalName))
        {
            foreach (var (position, child) in group.Index())
                Add(settings, child, (path + " " + Name(child, group.Count() > 1 ? position : null)).TrimStart(), apart);
        }
    }

    private static string Name(XElement child, int? position)
    {
        var name = child.Name.LocalName is "extensionElements" ? "" : child.Name.LocalName;
        if (position is not { } at)
            return name;
        var key = Keys.Select(attribute => child.Attribute(attribute)?.Value).FirstOrDefault(value => value is not null && !child.Name.LocalName.EndsWith("Entry", StringComparison.Ordinal));
        return $"{name} {key ?? (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
