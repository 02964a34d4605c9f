using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Campaigns;

/// <summary>What an edit did.</summary>
/// <param name="ChangedParts">Parts of the launch package whose content changed.</param>
/// <param name="Voided">Approvals that no longer stand, each with the parts that voided it.</param>
/// <param name="Paused">Sending was paused by it.</param>
public sealed record EditResult(Campaign Campaign, IReadOnlyList<string> ChangedParts, IReadOnlyDictionary<string, IReadOnlyList<string>> Voided, bool Paused);

/// <summary>What owners do with campaigns: create, edit, clone, pause, cancel. Safe for concurrent use.</summary>
public sealed class CampaignDesk(
    Database database, ProcessHost process, Packages packages, CampaignFactReader facts, Approvals approvals, CampaignListeners listeners, ReachoutControls controls, AuditChain audit, BusinessClock clock)
{
    public const string StandardSop = "standard-campaign";
    public const string PausedByEdit = "edited";

    public Task<Outcome<Campaign>> CreateAsync(Brief brief, string? sopKey, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => CreateAsync(tx, brief, sopKey, null, actor, token), cancellationToken);

    /// <summary>Creates a campaign and starts its SOP: the owner's first task is there when this returns.</summary>
    public async Task<Outcome<Campaign>> CreateAsync(WriteTransaction tx, Brief brief, string? sopKey, Guid? clonedFrom, Actor actor, CancellationToken cancellationToken)
    {
        if (await CheckAsync(tx, brief, cancellationToken) is { Length: > 0 } problems)
            return Refusal.Invalid(problems);
        if (await Definitions.NewestSopAsync(tx.Db, sopKey ?? StandardSop, cancellationToken) is not { } sop)
            return Refusal.Invalid(new FieldProblem("sop", "field.sop-unknown", sopKey ?? StandardSop));
        brief = await TextPartials.IntoAsync(tx.Db, brief, cancellationToken);
        var now = clock.GetUtcNow();
        var campaign = new Campaign
        {
            Id = Guid.CreateVersion7(now),
            Code = await NextCodeAsync(tx, now, cancellationToken),
            Name = brief.Name,
            Owner = actor.UserName,
            Status = CampaignStatus.Draft,
            Objective = brief.Objective,
            Form = brief.Form,
            WindowStart = brief.Window.Start,
            WindowEnd = brief.Window.End,
            BriefJson = BriefJsonText.Write(brief),
            PackageHash = "",
            SopVersionId = sop.Id,
            ClonedFrom = clonedFrom,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var package = await packages.BuildAsync(tx.Db, brief, await DefinitionLibrary.PublishedDecisionsAsync(tx.Db, cancellationToken), cancellationToken);
        campaign.PackageHash = package.Hash;
        tx.Db.Add(campaign);
        await packages.StoreAsync(tx, campaign, package, cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("campaign-created", campaign.Code, new { campaign.Name, package = package.Hash, parts = package.Hashes, clonedFrom }));
        var started = await process.StartAsync(tx, campaign, actor, cancellationToken);
        return started.Refusal is { } refusal ? refusal : campaign;
    }

    /// <summary>A new draft with the content of a past campaign, moved to start on <paramref name="start"/>.</summary>
    public Task<Outcome<Campaign>> CloneAsync(Guid sourceId, string? name, DateOnly start, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Campaign>>(
            async (tx, token) =>
            {
                if (await tx.Db.Campaigns.AsNoTracking().SingleOrDefaultAsync(row => row.Id == sourceId, token) is not { } source)
                    return Refusal.NotFound(sourceId.ToString());
                var brief = source.Brief();
                var days = start.DayNumber - brief.Window.Start.DayNumber;
                var moved = brief with
                {
                    Name = string.IsNullOrWhiteSpace(name) ? brief.Name : name,
                    Window = new DateWindow(start, brief.Window.End.AddDays(days)),
                    Phases = [.. brief.Phases.Select(phase => phase with { Date = phase.Date.AddDays(days), Recurrence = phase.Recurrence is { } recurrence ? recurrence with { Until = recurrence.Until?.AddDays(days) } : null })],
                    LessonsRead = [],
                };
                return await CreateAsync(tx, moved, null, sourceId, actor, token);
            },
            cancellationToken);

    /// <summary>Replaces the brief. Voids exactly the approvals whose parts changed; once launched, pauses sending until they are given again.</summary>
    public async Task<Outcome<EditResult>> EditAsync(Guid id, long version, Brief brief, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await ChangeBriefAsync(id, version, brief, actor, cancellationToken);
        if (!outcome.IsRefused && outcome.Value.Paused)
            await controls.WaitAsync(ControlScope.Campaign(id), cancellationToken);
        return outcome;
    }

    private Task<Outcome<EditResult>> ChangeBriefAsync(Guid id, long version, Brief brief, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<EditResult>>(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, id, token) is not { } instance)
                    return Refusal.NotFound(id.ToString());
                var campaign = instance.Campaign;
                if (campaign.Version != version)
                    return Refusal.Stale with { Current = new { campaign.Version } };
                if (CampaignStatus.IsOver(campaign.Status) || campaign.Stage == CampaignElements.RetrospectiveStage)
                    return Refusal.Conflict("campaign-over", campaign.Code);
                if (await CheckAsync(tx, brief, token) is { Length: > 0 } problems)
                    return Refusal.Invalid(problems);
                return await ApplyAsync(tx, instance, await TextPartials.IntoAsync(tx.Db, brief, token), actor, token);
            },
            cancellationToken);

    /// <summary>Takes the partials of now into the texts of a campaign that is not launched yet, as an edit that nobody made: approvals of changed texts are void.</summary>
    public Task RefreshPartialsAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, id, token) is not { Campaign: { LaunchedAt: null } campaign } instance || CampaignStatus.IsOver(campaign.Status))
                    return;
                var brief = await TextPartials.IntoAsync(tx.Db, campaign.Brief(), token);
                if (BriefJsonText.Write(brief) != campaign.BriefJson)
                    await ApplyAsync(tx, instance, brief, Actor.System, token);
            },
            cancellationToken);

    /// <summary>The owner's pause: nothing is sent until it is resumed. Returns once nothing is in flight, or after the barrier's wait.</summary>
    public async Task<Outcome<Campaign>> PauseAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.reason-required"));
        var outcome = await ChangeStatusAsync(id, CampaignStatus.Running, CampaignStatus.Paused, CampaignEventKind.Paused, "campaign-paused", reason, actor, cancellationToken);
        if (!outcome.IsRefused && outcome.Value.LaunchedAt is not null)
            await controls.WaitAsync(ControlScope.Campaign(id), cancellationToken);
        return outcome;
    }

    public Task<Outcome<Campaign>> ResumeAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeStatusAsync(id, CampaignStatus.Paused, CampaignStatus.Running, CampaignEventKind.Resumed, "campaign-resumed", null, actor, cancellationToken);

    /// <summary>Within a transaction of monitoring or compliance. False: it was not running, and nothing changed.</summary>
    public async Task<bool> PauseAsync(WriteTransaction tx, Campaign campaign, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (campaign is { Status: CampaignStatus.Held, LaunchedAt: not null })
            await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Paused, campaign, actor, reason, []), cancellationToken);   // It stays paused when the hold ends.
        if (campaign.Status != CampaignStatus.Running)
            return false;
        await SetStatusAsync(tx, campaign, CampaignStatus.Paused, CampaignEventKind.Paused, "campaign-paused", reason, actor, cancellationToken);
        return true;
    }

    public async Task<Outcome<Done>> CancelAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return Refusal.Invalid(new FieldProblem("reason", "field.reason-required"));
        var outcome = await database.WriteAsync<Outcome<Done>>(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, id, token) is not { } instance)
                    return Refusal.NotFound(id.ToString());
                if (Forbidden(instance.Campaign, actor, Role.BusinessHead) is { } refusal)
                    return refusal;
                var step = await process.StepAsync(tx, instance, new Command.Cancel(reason, actor.UserName), actor, token);
                return step.Refusal is { } refused ? refused : Done.Value;
            },
            cancellationToken);
        if (!outcome.IsRefused)
            await controls.WaitAsync(ControlScope.Campaign(id), cancellationToken);
        return outcome;
    }

    private async Task<Outcome<EditResult>> ApplyAsync(WriteTransaction tx, LockedInstance instance, Brief brief, Actor actor, CancellationToken cancellationToken)
    {
        var campaign = instance.Campaign;
        var before = (await packages.CurrentAsync(tx.Db, campaign, instance.Row, cancellationToken)).Hashes;
        var decisions = JsonSerializer.Deserialize<Dictionary<string, Guid>>(instance.Row.DecisionsJson)!;
        var package = await packages.BuildAsync(tx.Db, brief, decisions, cancellationToken);
        var changed = package.ChangedSince(before);
        if (RefuseEditor(campaign, actor, changed) is { } refusal)
            return refusal;
        if (campaign is { LaunchedAt: not null } && campaign.Brief().Incentive is { Mechanic: "draw" } && changed.Any(part => part is PackagePart.Incentive or PackagePart.Rules))
            return Refusal.Conflict("prize-terms-fixed", campaign.Code);
        var previous = campaign.PackageHash;
        Replace(campaign, brief);
        await packages.StoreAsync(tx, campaign, package, cancellationToken);
        if (campaign.Status != CampaignStatus.Draft)
            await facts.StoreAsync(tx, campaign, brief, cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry("brief-edited", null, new { campaign.Version, before = previous, after = package.Hash, changed, hashes = changed.ToDictionary(part => part, part => new { before = before.GetValueOrDefault(part), after = package.Parts[part].Hash }) }));
        var voided = await approvals.VoidChangedAsync(tx, campaign, package, actor, cancellationToken);
        var paused = changed.Count > 0 && await StopSendingAsync(tx, campaign, actor, changed, cancellationToken);
        if (changed.Count > 0 && (voided.Count > 0 || paused))
        {
            // Nobody may wait for it: before launch the comparison after build and test catches the change.
            var step = await process.DeliverMessageAsync(tx, campaign.Id, CampaignElements.PackageEdited, Variables.Of(("changedParts", changed)), actor, cancellationToken);
            if (step.Refusal is { } refused)
                return refused;
        }
        return new EditResult(campaign, changed, voided, paused);
    }

    private async Task<bool> StopSendingAsync(WriteTransaction tx, Campaign campaign, Actor actor, IReadOnlyList<string> changed, CancellationToken cancellationToken)
    {
        campaign.ApprovedHash = null;
        await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Edited, campaign, actor, PausedByEdit, changed), cancellationToken);
        return campaign.LaunchedAt is not null && await PauseAsync(tx, campaign, PausedByEdit, actor, cancellationToken);
    }

    private void Replace(Campaign campaign, Brief brief)
    {
        campaign.Name = brief.Name;
        campaign.Objective = brief.Objective;
        campaign.Form = brief.Form;
        campaign.WindowStart = brief.Window.Start;
        campaign.WindowEnd = brief.Window.End;
        campaign.BriefJson = BriefJsonText.Write(brief);
        campaign.UpdatedAt = clock.GetUtcNow();
        campaign.Version++;
    }

    /// <summary>The owner edits everything; the platform, who builds pages after sign-off, edits pages only.</summary>
    private static Refusal? RefuseEditor(Campaign campaign, Actor actor, IReadOnlyList<string> changed) =>
        campaign.Owner == actor.UserName || actor.UserName == Actor.System.UserName || (actor.Is(Role.Platform) && changed.All(part => part == PackagePart.Pages)) ? null : new Refusal("not-owner", StatusCodes.Status403Forbidden, campaign.Code, campaign.Owner);

    private static Refusal? Forbidden(Campaign campaign, Actor actor, params string[] roles) =>
        campaign.Owner == actor.UserName || actor.IsAny(roles) ? null : new Refusal("not-owner", StatusCodes.Status403Forbidden, campaign.Code, campaign.Owner);

    private Task<Outcome<Campaign>> ChangeStatusAsync(Guid id, string from, string to, CampaignEventKind kind, string happened, string? reason, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Campaign>>(
            async (tx, token) =>
            {
                if (await process.LockAsync(tx, id, token) is not { } instance)
                    return Refusal.NotFound(id.ToString());
                var campaign = instance.Campaign;
                if (Forbidden(campaign, actor, Role.BusinessHead) is { } refusal)
                    return refusal;
                if (campaign.Status != from)
                    return Refusal.Conflict("campaign-status", campaign.Code, campaign.Status) with { Current = new { campaign.Status, campaign.StatusReason } };
                if (to == CampaignStatus.Running && campaign.StatusReason == PausedByEdit)
                    return Refusal.Conflict("campaign-edited", campaign.Code);
                // Whoever wants to go on after a guardrail tripped cannot pass by those who decide on it.
                if (to == CampaignStatus.Running && await tx.Db.Tasks.AnyAsync(task => task.CampaignId == id && task.ElementId == CampaignElements.HandleBreach && task.State == Tasks.TaskState.Open, token))
                    return Refusal.Conflict("breach-open", campaign.Code);
                await SetStatusAsync(tx, campaign, to, kind, happened, reason, actor, token);
                return campaign;
            },
            cancellationToken);

    private async Task SetStatusAsync(WriteTransaction tx, Campaign campaign, string status, CampaignEventKind kind, string happened, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        (campaign.Status, campaign.StatusReason, campaign.UpdatedAt) = (status, status == CampaignStatus.Running ? null : reason, clock.GetUtcNow());
        await listeners.TellAsync(tx, new CampaignEvent(kind, campaign, actor, reason, []), cancellationToken);
        await audit.AppendAsync(tx, AuditChain.ForCampaign(campaign.Id), actor, cancellationToken, new AuditEntry(happened, campaign.Code, null, reason));
    }

    private static async Task<FieldProblem[]> CheckAsync(WriteTransaction tx, Brief brief, CancellationToken cancellationToken)
    {
        var problems = BriefCheck.Check(brief).ToList();
        var files = brief.Pages.Concat(brief.Papers).ToList();
        var hashes = files.Select(file => file.Sha256).Distinct().ToList();
        var known = hashes.Count == 0 ? [] : await tx.Db.Files.Where(row => hashes.Contains(row.Sha256)).Select(row => row.Sha256).ToListAsync(cancellationToken);
        problems.AddRange(files.Where(file => !known.Contains(file.Sha256)).Select(file => new FieldProblem(brief.Pages.Contains(file) ? "pages" : "papers", "field.file-missing", file.Name)));
        return [.. problems];
    }

    private static async Task<string> NextCodeAsync(WriteTransaction tx, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // An upsert locks the year's row, so two campaigns created at once get different numbers.
        await tx.Db.Database.ExecuteSqlAsync($"INSERT INTO campaign_codes (year, last) VALUES ({now.Year}, 1) ON CONFLICT (year) DO UPDATE SET last = campaign_codes.last + 1", cancellationToken);
        var last = await tx.Db.CampaignCodes.AsNoTracking().Where(row => row.Year == now.Year).Select(row => row.Last).SingleAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"C-{now.Year}-{last:0000}");
    }
}
