using Orchestrator.Host.Tasks;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A campaign as boards, calendars and home pages show it.</summary>
public sealed record CampaignCard(
    Guid Id, string Code, string Name, string Owner, string Status, string? StatusReason, string? Stage, string? Level, string Objective, string Form,
    DateOnly WindowStart, DateOnly WindowEnd, Guid SopVersionId, DateTimeOffset UpdatedAt)
{
    public IReadOnlyList<ProcessTask> OpenTasks { get; init; } = [];

    /// <summary>What has to happen next and is due first.</summary>
    public ProcessTask? Next => OpenTasks.OrderBy(task => task.Due ?? DateTimeOffset.MaxValue).FirstOrDefault();

    public string Href => $"/campaigns/{Id}";
}
