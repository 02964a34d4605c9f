using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Monitoring;

/// <summary>Payload: one campaign after its events came in, or none for the tick over all.</summary>
internal sealed record GuardrailWork(Guid? CampaignId = null);

/// <summary>Checks guardrails: on every tick, and soon after events of a campaign.</summary>
internal sealed class GuardrailCheck(Database database, Guardrails guardrails, WorkSchedule schedule) : IWorkHandler
{
    public const string WorkKind = "guardrail-check";

    public string Kind => WorkKind;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var work = JsonSerializer.Deserialize<GuardrailWork>(item.Payload, JsonDefaults.Options)!;
        IReadOnlyList<Guid> campaigns = work.CampaignId is { } one
            ? [one]
            : await database.ReadAsync((db, token) => db.Campaigns.Where(row => row.Status == CampaignStatus.Running && row.LaunchedAt != null).Select(row => row.Id).ToListAsync(token), cancellationToken);
        foreach (var campaign in campaigns)
            await guardrails.CheckAsync(campaign, cancellationToken);
        await database.WriteAsync((tx, token) => schedule.CompleteAsync(tx, item, token), cancellationToken);
    }
}

/// <summary>Sets the tick: each minute.</summary>
internal sealed class GuardrailTick(Database database, RecurringTriggers triggers, OrchestratorOptions options) : IStartupStep
{
    public int Order => 50;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => triggers.SetAsync(tx, new NewTrigger("guardrails", GuardrailCheck.WorkKind, "0 * * * * ?", options.CompanyTimeZone, new GuardrailWork(), Misfire: MisfirePolicy.Skip), token), cancellationToken);
}
