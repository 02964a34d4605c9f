using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads user tasks with their roles, form, due time, outcomes and separation of duties.</summary>
internal sealed class UserTaskReader(ReadingContext context)
{
    internal UserTask Read(XElement element, string id)
    {
        var outcomes = ReadingContext.Extension(element, Namespaces.Sop + "outcomes");
        var task = new UserTask
        {
            Id = id,
            ElementType = "userTask",
            OutcomeVariable = (string?)outcomes?.Attribute("variable") ?? CamelCase(id) + "Outcome",
        };
        var form = ReadingContext.Extension(element, Namespaces.Zeebe + "formDefinition");
        task.FormId = (string?)form?.Attribute("formId") ?? (string?)form?.Attribute("formKey");
        Assignment(task, element);
        task.Due = Due(element);
        task.Remind = Text(element, "remind");
        CheckDuration(task.Remind, element, "remind");
        task.Outcomes = Outcomes(outcomes);
        task.Covers = List(element, "covers");
        task.SeparateFrom = List(element, "separateFrom");
        task.Quorum = Quorum(element);
        task.SkipWhen = (string?)element.Attribute(Namespaces.Sop + "skipWhen") is { } skip ? context.Feel(element, skip) : null;
        task.Obligations = element.Element(Namespaces.Bpmn + "extensionElements")?.Descendants(Namespaces.Sop + "obligation")
            .Select(Obligation).ToImmutableArray() ?? [];
        if (task.Quorum > 1 && element.Element(Namespaces.Bpmn + "multiInstanceLoopCharacteristics") is not null)
            context.Problems.Error(element, "quorum-and-loop", "A task cannot have both sop:quorum and multi-instance characteristics. Keep one.");
        return task;
    }

    /// <summary><c>risk-sign</c> gives <c>riskSign</c>.</summary>
    internal static string CamelCase(string id)
    {
        var words = id.Split(['-', '_', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? id : words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }

    private void Assignment(UserTask task, XElement element)
    {
        var assignment = ReadingContext.Extension(element, Namespaces.Zeebe + "assignmentDefinition");
        task.CandidateGroups = context.TextOrFeel(element, (string?)assignment?.Attribute("candidateGroups") ?? Resource(element, "potentialOwner"));
        task.CandidateUsers = context.TextOrFeel(element, (string?)assignment?.Attribute("candidateUsers"));
        task.Assignee = context.TextOrFeel(element, (string?)assignment?.Attribute("assignee") ?? Resource(element, "humanPerformer"));
    }

    private static string? Resource(XElement element, string kind) =>
        element.Element(Namespaces.Bpmn + kind)?.Descendants(Namespaces.Bpmn + "formalExpression").FirstOrDefault()?.Value;

    private TextOrExpression? Due(XElement element)
    {
        var own = Text(element, "due");
        var schedule = (string?)ReadingContext.Extension(element, Namespaces.Zeebe + "taskSchedule")?.Attribute("dueDate");
        if (own is not null && schedule is not null)
            context.Problems.Error(element, "due-twice", "The task has both sop:due and zeebe:taskSchedule dueDate. Keep one.");
        var due = own ?? context.TextOrFeel(element, schedule);
        if (due?.Literal is { } text && Duration.TryParse(text) is null && Moment.TryParse(text, TimeZoneInfo.Utc) is null)
            context.Problems.Error(element, "due-invalid", $"'{text}' is no due time. Write for example P2WD (working days), PT4H, 2026-11-11T18:00:00+08:00 or = launchTime.");
        return due;
    }

    private void CheckDuration(TextOrExpression? value, XElement element, string attribute)
    {
        if (value?.Literal is { } text && Duration.TryParse(text) is null)
            context.Problems.Error(element, "duration-invalid", $"sop:{attribute}='{text}' is not a duration. Write for example P1WD or PT4H.");
    }

    private ImmutableArray<TaskOutcome> Outcomes(XElement? outcomes)
    {
        if (outcomes is null)
            return [];
        var result = outcomes.Elements(Namespaces.Sop + "outcome").Select(Outcome).ToImmutableArray();
        if (result.Length == 0)
            context.Problems.Error(outcomes, "outcomes-empty", "sop:outcomes lists no outcome. Add sop:outcome elements or remove it.");
        foreach (var twice in result.GroupBy(o => o.Id).Where(g => g.Count() > 1))
            context.Problems.Error(outcomes, "duplicate-id", $"The outcome '{twice.Key}' is listed twice.");
        return result;
    }

    private TaskOutcome Outcome(XElement element)
    {
        var id = (string?)element.Attribute("id");
        if (string.IsNullOrWhiteSpace(id))
            context.Problems.Error(element, "id-missing", "An outcome needs an id.");
        var en = (string?)element.Attribute("en") ?? (string?)element.Attribute("zh") ?? id ?? "";
        var name = new LocalizedText((string?)element.Attribute("zh") ?? en, en);
        return new(id ?? "", name, (string?)element.Attribute("requiresReason") == "true", (string?)element.Attribute("sendBackTo"));
    }

    private static Obligation Obligation(XElement element)
    {
        var en = (string?)element.Attribute("en") ?? (string?)element.Attribute("zh") ?? "";
        return new((string?)element.Attribute("id") ?? "", new((string?)element.Attribute("zh") ?? en, en));
    }

    private int Quorum(XElement element)
    {
        var text = (string?)element.Attribute(Namespaces.Sop + "quorum");
        if (text is null)
            return 1;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 20)
            return number;
        context.Problems.Error(element, "quorum-invalid", $"sop:quorum='{text}' is not a number from 1 to 20.");
        return 1;
    }

    private TextOrExpression? Text(XElement element, string attribute) =>
        context.TextOrFeel(element, (string?)element.Attribute(Namespaces.Sop + attribute));

    private static ImmutableArray<string> List(XElement element, string attribute) =>
        (string?)element.Attribute(Namespaces.Sop + attribute) is { } text ? [.. Lists.Split(text)] : [];
}
