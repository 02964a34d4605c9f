using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn.Lint;

/// <summary>Whether the people there are can keep the duties apart, for whoever owns the campaign.</summary>
internal static class SeparationChecks
{
    private const string OwnerDuty = "owner";

    internal static void Check(ProcessDefinition process, LintSurroundings surroundings, LintReport report)
    {
        if (surroundings.Members is not { } members)
            return;
        var duties = Duties(process, members);
        if (duties.Count == 0)
            return;
        var owners = members.GetValueOrDefault(surroundings.OwnerRole) ?? [];
        var failing = owners.Where(owner => !Staffing.IsPossible(WithOwner(duties, owner))).ToList();
        if (failing.Count == 0 && (owners.Count > 0 || Staffing.IsPossible(duties)))
            return;
        Report(process, surroundings, duties, failing, owners.Count, report);
    }

    private static void Report(
        ProcessDefinition process, LintSurroundings surroundings, List<Duty> duties, List<string> failing, int owners, LintReport report)
    {
        var probe = failing.Count > 0 ? WithOwner(duties, failing[0]) : duties;
        var lacking = duties.SelectMany(d => d.Roles).Distinct().Where(role => Staffing.IsPossible(probe.Select(d => d.WithOneMore(role)).ToList())).ToList();
        var who = failing.Count == 0 ? "The duties" : failing.Count == owners ? "For every owner, the duties" : $"If {string.Join(" or ", failing.Take(3))} owns the campaign, the duties";
        var tasks = string.Join(", ", duties.Where(d => lacking.Count == 0 || d.Roles.Any(lacking.Contains)).Select(d => $"'{d.Task.Id}'").Distinct());
        var text = lacking.Count == 0
            ? $"{who} cannot be kept apart with the people there are; more than one is missing among the roles of {tasks}."
            : $"{who} cannot be kept apart with the people there are: one more person is needed with the role {string.Join(" or ", lacking.Select(r => $"'{r}' (it has {surroundings.Members!.GetValueOrDefault(r)?.Count ?? 0})"))}, for {tasks}.";
        if (failing.Count > 0 && failing.Count < owners)
            report.Warning(process, "separation-owner", text);
        else
            report.Error(process, "separation-impossible", text + " Add people to the role, or loosen sop:separateFrom.");
    }

    private static List<Duty> WithOwner(List<Duty> duties, string owner) =>
        duties.Select(d => d.Task.SeparateFrom.Contains(OwnerDuty) ? d with { People = d.People.Where(p => p != owner).ToList() } : d).ToList();

    private static List<Duty> Duties(ProcessDefinition process, IReadOnlyDictionary<string, IReadOnlyCollection<string>> members)
    {
        var separated = process.UserTasks
            .Where(t => t.LiteralGroups.Count > 0 && (t.SeparateFrom.Length > 0 || t.Quorum > 1 || SeparationOfDuties.Partners(process, t).Any()));
        var duties = new List<Duty>();
        foreach (var task in separated)
        {
            var people = task.LiteralGroups.SelectMany(r => members.GetValueOrDefault(r) ?? []).Distinct().ToList();
            var partners = SeparationOfDuties.Partners(process, task).ToHashSet(StringComparer.Ordinal);
            for (var i = 0; i < task.Quorum; i++)
                duties.Add(new(task, task.LiteralGroups, people, partners));
        }
        return duties;
    }
}

/// <summary>A task that someone must be found for.</summary>
internal sealed record Duty(UserTask Task, IReadOnlyList<string> Roles, IReadOnlyList<string> People, IReadOnlySet<string> Apart)
{
    internal bool Excludes(Duty other) => Task == other.Task || Apart.Contains(other.Task.Id);

    internal Duty WithOneMore(string role) => Roles.Contains(role) ? this with { People = [.. People, $"one more {role}"] } : this;
}

/// <summary>Finds people for duties that must be apart, the hardest first.</summary>
internal static class Staffing
{
    // Far above what real SOPs need; a crafted one must not hang publishing, and counts as possible.
    private const int MaxTries = 200_000;

    internal static bool IsPossible(IReadOnlyList<Duty> duties)
    {
        var tries = 0;
        var ordered = duties.OrderBy(d => d.People.Count).ThenByDescending(d => d.Apart.Count).ToList();
        return Assign(ordered, new string[ordered.Count], 0, ref tries);
    }

    private static bool Assign(List<Duty> duties, string[] chosen, int index, ref int tries)
    {
        if (index == duties.Count || tries > MaxTries)
            return true;
        foreach (var person in duties[index].People)
        {
            tries++;
            var clashes = false;
            for (var i = 0; i < index && !clashes; i++)
                clashes = chosen[i] == person && duties[i].Excludes(duties[index]);
            if (clashes)
                continue;
            chosen[index] = person;
            if (Assign(duties, chosen, index + 1, ref tries))
                return true;
        }
        return false;
    }
}
