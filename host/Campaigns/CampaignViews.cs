using Orchestrator.Host.Compliance;
using Orchestrator.Host.Tasks;

namespace Orchestrator.Host.Campaigns;

/// <summary>A campaign in a list or on the board.</summary>
public sealed record CampaignSummary(
    Guid Id, string Code, string Name, string Owner, string Status, string? StatusReason, string? Stage, string? Level, string Objective, string Form,
    DateOnly WindowStart, DateOnly WindowEnd, DateTimeOffset UpdatedAt, IReadOnlyList<OpenTaskLine> OpenTasks)
{
    internal static CampaignSummary From(Campaign row, IEnumerable<ProcessTask> open) => new(
        row.Id, row.Code, row.Name, row.Owner, row.Status, row.StatusReason, row.Stage, row.Level, row.Objective, row.Form,
        row.WindowStart, row.WindowEnd, row.UpdatedAt,
        [.. open.OrderBy(task => task.Due).Select(task => new OpenTaskLine(task.Id, task.ElementId, task.NameZh, task.NameEn, task.CandidateRoles, task.Assignee, task.Due, task.ReturnedBecause))]);
}

/// <summary>What a campaign waits for: its blocker and next action.</summary>
public sealed record OpenTaskLine(Guid Id, string ElementId, string NameZh, string NameEn, IReadOnlyList<string> Roles, string? Assignee, DateTimeOffset? Due, string? ReturnedBecause);

/// <summary>A stage of the SOP and where the campaign is in it.</summary>
/// <param name="State">done, current, ahead.</param>
public sealed record StageView(string Id, string NameZh, string NameEn, int Order, string State);

public sealed record PartView(string Part, string Hash);

public sealed record ApprovalView(
    Guid Id, string ElementId, string NameZh, string NameEn, string By, DateTimeOffset At, IReadOnlyDictionary<string, string> Parts, string PackageHash,
    bool Stands, DateTimeOffset? VoidedAt, string? VoidedBy, IReadOnlyList<string> VoidedParts, string? Reason)
{
    internal static ApprovalView From(Approval row, string nameZh, string nameEn) =>
        new(row.Id, row.ElementId, nameZh, nameEn, row.By, row.At, row.Parts(), row.PackageHash, row.Stands, row.VoidedAt, row.VoidedBy, row.VoidedParts, row.Reason);
}

/// <summary>Everything the campaign page shows of the campaign itself.</summary>
public sealed record CampaignPage(
    Guid Id, string Code, string Name, string Owner, string Status, string? StatusReason, string? Stage, string? Level, Brief Brief, long Version,
    decimal PacePerDay, string PaceTextZh, string PaceTextEn, string PackageHash, string? ApprovedHash, IReadOnlyList<PartView> Parts, IReadOnlyList<StageView> Stages,
    IReadOnlyList<string> ActiveElementIds, IReadOnlyList<TaskView> Tasks, IReadOnlyList<ApprovalView> Approvals, IReadOnlyList<ProcessIncidentView> Incidents,
    Guid SopVersionId, string SopNameZh, string SopNameEn, int SopVersion, Guid? ClonedFrom, DateTimeOffset? LaunchedAt, DateTimeOffset? ClosedAt, DateTimeOffset CreatedAt)
{
    /// <summary>When each phase is due, in the order of the brief.</summary>
    public IReadOnlyList<PhaseTime> Schedule { get; } = [.. Brief.Phases.Select(phase => new PhaseTime(phase.Key, Brief.InstantOf(phase.Date, phase.Time), phase.DaysFromLaunch))];
}

/// <param name="Phase">Its key.</param>
/// <param name="At">The moment, with the offset of the brief's zone.</param>
/// <param name="DaysFromLaunch">Where it follows from the launch: how far it is from it.</param>
public sealed record PhaseTime(string Phase, DateTimeOffset At, int? DaysFromLaunch);

public sealed record ProcessIncidentView(string IncidentId, string ElementId, string Code, string Message, DateTimeOffset At);
