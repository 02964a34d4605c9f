using System.Xml.Linq;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>Children in the namespace of DMN; those of vendors are not seen.</summary>
internal static class XmlParts
{
    public static IEnumerable<XElement> Parts(this XElement element, string name) => element.Elements(element.Name.Namespace + name);

    public static XElement? Part(this XElement element, string name) => element.Element(element.Name.Namespace + name);

    public static string? Id(this XElement element) => (string?)element.Attribute("id");

    public static string? Named(this XElement element) => (string?)element.Attribute("name");

    /// <summary>The name of the element's variable, which should be its own.</summary>
    public static string VariableName(this XElement element) =>
        Normal((string?)element.Part("variable")?.Attribute("name") ?? element.Named() ?? element.Id() ?? "");

    /// <summary>White space in names counts as one blank.</summary>
    public static string Normal(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
