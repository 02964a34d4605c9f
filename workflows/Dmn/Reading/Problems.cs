using System.Xml.Linq;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>Collects what is wrong with a model, so that a reader of the message can mend all of it at once.</summary>
internal sealed class Problems
{
    private const int MaxListed = 100;
    private readonly List<DmnProblem> found = [];

    public IReadOnlyList<DmnProblem> Found => found;

    public void Add(XElement element, string message)
    {
        if (found.Count < MaxListed)
        {
            found.Add(new DmnProblem(NameOf(element), DmnXml.Line(element), message));
        }
    }

    /// <summary>The id or name of an element or of the nearest one around it that has one.</summary>
    public static string NameOf(XElement element) =>
        element.AncestorsAndSelf().Select(each => (string?)each.Attribute("name") ?? (string?)each.Attribute("id")).FirstOrDefault(name => name is not null)
        ?? element.Name.LocalName;
}
