using System.Xml;
using System.Xml.Linq;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Conformance.Dmn;

/// <summary>One test file of the kit: its model, and every case in it.</summary>
internal static class TckFile
{
    private static readonly FeelLimits Limits = new() { Now = new DateTimeOffset(2026, 11, 21, 10, 30, 0, TimeSpan.Zero) };

    public static IEnumerable<TckResult> Run(string file)
    {
        var document = XDocument.Load(file, LoadOptions.PreserveWhitespace);
        if (document.Root is not { Name.LocalName: "testCases" } root)
        {
            yield break;
        }

        var folder = Path.GetDirectoryName(file)!;
        var (level, name) = (Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder));
        var model = Load(Path.Combine(folder, Child(root, "modelName")?.Value.Trim() ?? ""), out var unreadable);
        foreach (var test in root.Elements().Where(element => element.Name.LocalName == "testCase"))
        {
            yield return new TckResult(level, name, (string?)test.Attribute("id") ?? "", model is null ? unreadable : Play(test, model));
        }
    }

    private static DmnModel? Load(string path, out string? problem)
    {
        problem = null;
        try
        {
            var others = Directory.GetFiles(Path.GetDirectoryName(path)!, "*.dmn").Where(file => file != path).ToLookup(Namespace);
            DmnModel? Import(string wanted) => others[wanted].FirstOrDefault() is { } file ? DmnReader.ReadTolerant(File.ReadAllText(file), Import, out _) : null;
            return DmnReader.ReadTolerant(File.ReadAllText(path), Import, out _);
        }
        catch (Exception broken) when (broken is DmnException or IOException or UnauthorizedAccessException or XmlException)
        {
            problem = $"the model cannot be read: {broken.Message}";
            return null;
        }
    }

    private static string Namespace(string file) => (string?)XDocument.Load(file).Root!.Attribute("namespace") ?? file;

    private static string? Play(XElement test, DmnModel model)
    {
        try
        {
            var scope = new TckScope(test.Elements().Where(element => element.Name.LocalName == "inputNode"));
            foreach (var node in test.Elements().Where(element => element.Name.LocalName == "resultNode"))
            {
                var expected = Child(node, "expected") is { } value ? TckValue.Read(value) : null;
                var result = Evaluate(test, node, model, scope);
                if (!TckValue.Matches(expected, result.Value))
                {
                    var why = result.Diagnostics.Count > 0 ? $" ({result.Diagnostics[0]})" : "";
                    return $"{(string?)node.Attribute("name")}: expected {FeelFormat.ToText(expected)}, got {FeelFormat.ToText(result.Value)}{why}";
                }
            }

            return null;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return $"threw {broken.GetType().Name}: {broken.Message}";
        }
    }

    private static DecisionResult Evaluate(XElement test, XElement node, DmnModel model, TckScope scope)
    {
        var name = (string)node.Attribute("name")!;
        var invocable = (string?)test.Attribute("invocableName") ?? name;
        switch ((string?)test.Attribute("type"))
        {
            case "bkm":
                return model.EvaluateKnowledge(invocable, scope, Limits);
            case "decisionService":
                var result = model.EvaluateService(invocable, scope, Limits);
                return result.Value is FeelContext outputs && model.OutputsOf(invocable).Count > 1 && outputs.TryGetValue(name, out var output) ? result with { Value = output } : result;
            default:
                return model.Evaluate(name, scope, Limits);
        }
    }

    private static XElement? Child(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}
