using Orchestrator.Host.Web;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Dmn;

namespace Orchestrator.Host.Sops;

/// <summary>What an uploaded file is, and what is wrong with it.</summary>
internal sealed record DefinitionInspection(string Key, string NameZh, string NameEn, IReadOnlySet<string> FormIds, IReadOnlyList<DefinitionProblem> Problems)
{
    /// <summary>One hash over the file and its forms: a changed form is a new version.</summary>
    public static string Hash(string xml, IReadOnlyDictionary<string, string> forms) =>
        CanonicalJson.Hash(CanonicalJson.Write(new { xml = xml.ReplaceLineEndings("\n"), forms }));

    public static DefinitionInspection Of(DefinitionKind kind, string xml) => kind == DefinitionKind.Sop ? OfSop(xml) : OfDecision(xml);

    private static DefinitionInspection OfSop(string xml)
    {
        var reading = BpmnReader.Read(xml);
        var problems = reading.Problems.Select(problem => new DefinitionProblem(problem.IsError, problem.Code, problem.ElementId, problem.Line, problem.Message)).ToList();
        if (reading.Definitions?.Main is not { } process)
            return new DefinitionInspection("", "", "", new HashSet<string>(), problems);
        var forms = process.UserTasks.Select(task => task.FormId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return new DefinitionInspection(process.Id, process.Name?.Zh ?? process.Id, process.Name?.En ?? process.Id, forms, problems);
    }

    private static DefinitionInspection OfDecision(string xml)
    {
        try
        {
            var model = DmnReader.Read(xml);
            if (model.Decisions.Count == 0)
                return Broken(new DefinitionProblem(true, "no-decision", null, 0, "The file holds no decision. Add one."));
            var required = model.Decisions.SelectMany(decision => decision.Requires).ToHashSet(StringComparer.Ordinal);
            var main = model.Decisions.LastOrDefault(decision => !required.Contains(decision.Id)) ?? model.Decisions[^1];
            return new DefinitionInspection(main.Id, main.Name, main.Name, new HashSet<string>(), []);
        }
        catch (DmnException exception)
        {
            return Broken([.. exception.Problems.Select(problem => new DefinitionProblem(true, "dmn", problem.Element, problem.Line, problem.Message))]);
        }
    }

    private static DefinitionInspection Broken(params IReadOnlyList<DefinitionProblem> problems) => new("", "", "", new HashSet<string>(), problems);
}
