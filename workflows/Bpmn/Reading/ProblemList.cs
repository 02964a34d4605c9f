using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Collects every problem of a file.</summary>
internal sealed class ProblemList
{
    // A hostile file could otherwise produce a report larger than itself.
    private const int Most = 500;

    private readonly List<BpmnProblem> problems = [];

    internal bool HasErrors { get; private set; }

    internal IReadOnlyList<BpmnProblem> All => problems.OrderBy(p => p.Line).ToList();

    internal void Error(XElement element, string code, string message) => Add(ProblemSeverity.Error, element, code, message);

    internal void Warning(XElement element, string code, string message) => Add(ProblemSeverity.Warning, element, code, message);

    internal void FileError(string code, int line, string message)
    {
        HasErrors = true;
        problems.Add(new(ProblemSeverity.Error, code, null, null, line, message));
    }

    internal static int LineOf(XObject element) => element is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 0;

    private void Add(ProblemSeverity severity, XElement element, string code, string message)
    {
        HasErrors |= severity == ProblemSeverity.Error;
        if (problems.Count >= Most)
            return;
        var named = element.AncestorsAndSelf().FirstOrDefault(e => e.Attribute("id") is not null) ?? element;
        problems.Add(new(severity, code, (string?)named.Attribute("id"), (string?)named.Attribute("name"), LineOf(element), message));
    }
}
