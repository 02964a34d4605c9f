using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Sops;

/// <summary>What a step did.</summary>
/// <param name="Applied">False: the timer, work or receiver was gone, and nothing changed.</param>
public sealed record StepResult(bool Applied, ProcessInstance State, IReadOnlyList<InstanceEvent> Events);

/// <summary>
/// Runs the interpreter durably: one step, one transaction. Locks the instance row, decides, and leaves state, tasks, timers, work and audit
/// events in the caller's transaction. Everything done to a campaign begins with this lock, so one campaign has one writer at a time.
/// Safe for concurrent use.
/// </summary>
public sealed class ProcessHost(Database database, DefinitionLibrary library, WorkingCalendars calendars, StepEffects effects, CampaignListeners listeners, FindingTexts findings, BusinessClock clock)
{
    /// <summary>Creates the instance of a campaign that is in the transaction already, and takes its first step.</summary>
    public async Task<Outcome<StepResult>> StartAsync(WriteTransaction tx, Campaign campaign, Actor actor, CancellationToken cancellationToken)
    {
        var row = new InstanceRow
        {
            Id = campaign.Id,
            SopVersionId = campaign.SopVersionId,
            DecisionsJson = JsonSerializer.Serialize(await DefinitionLibrary.PublishedDecisionsAsync(tx.Db, cancellationToken)),
            State = "",
            UpdatedAt = clock.GetUtcNow(),
        };
        tx.Db.Add(row);
        var instance = await BindAsync(tx, row, campaign, null, cancellationToken);
        var variables = HostVariables.Of(campaign, campaign.Brief(), []);
        return await DecideAsync(tx, instance, new Command.Start(campaign.Id.ToString(), variables, campaign.Owner), actor, cancellationToken);
    }

    /// <summary>Locks an instance and reads it with its campaign; null where there is none. Hold on to the result for the rest of the transaction.</summary>
    public async Task<LockedInstance?> LockAsync(WriteTransaction tx, Guid instanceId, CancellationToken cancellationToken)
    {
        if (await tx.Locked<InstanceRow>("SELECT * FROM process_instances WHERE id = {0}", instanceId).SingleOrDefaultAsync(cancellationToken) is not { } row)
            return null;
        var campaign = await tx.Db.Campaigns.SingleAsync(campaign => campaign.Id == instanceId, cancellationToken);
        return await BindAsync(tx, row, campaign, ProcessInstance.FromJson(row.State), cancellationToken);
    }

    /// <summary>Takes one step on a locked instance.</summary>
    public async Task<Outcome<StepResult>> StepAsync(WriteTransaction tx, LockedInstance instance, Command command, Actor actor, CancellationToken cancellationToken)
    {
        await RefreshVariablesAsync(tx, instance, cancellationToken);
        return await DecideAsync(tx, instance, command, actor, cancellationToken);
    }

    public Task<Outcome<StepResult>> StepAsync(Guid instanceId, Command command, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync((tx, token) => StepAsync(tx, instanceId, command, actor, token), cancellationToken);

    public async Task<Outcome<StepResult>> StepAsync(WriteTransaction tx, Guid instanceId, Command command, Actor actor, CancellationToken cancellationToken) =>
        await LockAsync(tx, instanceId, cancellationToken) is { } instance
            ? await StepAsync(tx, instance, command, actor, cancellationToken)
            : Refusal.NotFound(instanceId.ToString());

    /// <summary>Hands a message to the instance's one receiver. <see cref="StepResult.Applied"/> is false where nothing waits for it.</summary>
    public Task<Outcome<StepResult>> DeliverMessageAsync(WriteTransaction tx, Guid instanceId, string name, Variables variables, Actor actor, CancellationToken cancellationToken) =>
        StepAsync(tx, instanceId, new Command.DeliverMessage(name, null, variables), actor, cancellationToken);

    public Task<Outcome<StepResult>> DeliverMessageAsync(Guid instanceId, string name, Variables variables, Actor actor, CancellationToken cancellationToken) =>
        StepAsync(instanceId, new Command.DeliverMessage(name, null, variables), actor, cancellationToken);

    /// <summary>A timer that is gone changes nothing: it fires once, however often its row is run.</summary>
    public Task<Outcome<StepResult>> TriggerTimerAsync(WriteTransaction tx, Guid instanceId, string timerId, CancellationToken cancellationToken) =>
        StepAsync(tx, instanceId, new Command.TriggerTimer(timerId), Actor.System, cancellationToken);

    /// <summary>Long work of a service task is done. Work that is gone (sent back meanwhile) changes nothing.</summary>
    public Task<Outcome<StepResult>> CompleteServiceAsync(WriteTransaction tx, Guid instanceId, string workId, Variables variables, CancellationToken cancellationToken) =>
        StepAsync(tx, instanceId, new Command.CompleteWork(workId, variables), Actor.System, cancellationToken);

    public Task<Outcome<StepResult>> FailServiceAsync(WriteTransaction tx, Guid instanceId, string workId, string? errorCode, string message, CancellationToken cancellationToken) =>
        StepAsync(tx, instanceId, new Command.FailWork(workId, errorCode, message), Actor.System, cancellationToken);

    public Task<Outcome<StepResult>> SendBackAsync(WriteTransaction tx, Guid instanceId, string to, string reason, Actor actor, CancellationToken cancellationToken) =>
        StepAsync(tx, instanceId, new Command.SendBack(to, reason, actor.UserName), actor, cancellationToken);

    public Task<Outcome<StepResult>> RetryIncidentAsync(Guid instanceId, string incidentId, Actor actor, CancellationToken cancellationToken) =>
        StepAsync(instanceId, new Command.RetryIncident(incidentId), actor, cancellationToken);

    private async Task<LockedInstance> BindAsync(WriteTransaction tx, InstanceRow row, Campaign campaign, ProcessInstance? state, CancellationToken cancellationToken)
    {
        var definitions = await library.PinAsync(tx.Db, row, campaign.FactsJson, cancellationToken);
        var calendar = await calendars.CurrentAsync(tx.Db, cancellationToken);
        return new LockedInstance(row, campaign, definitions.Main, new InterpreterSettings(definitions, calendar)) { State = state };
    }

    private async Task RefreshVariablesAsync(WriteTransaction tx, LockedInstance instance, CancellationToken cancellationToken)
    {
        if (instance.State is not { IsEnded: false } state)
            return;
        var standing = await StandingApprovals.ElementsAsync(tx, instance.Campaign.Id, cancellationToken);
        var wanted = HostVariables.Of(instance.Campaign, instance.Campaign.Brief(), standing);
        if (HostVariables.Same(state.Variables, wanted))
            return;
        var settings = await SettingsAsync(tx, instance, cancellationToken);
        if (Interpreter.Decide(instance.Definition, state, new Command.SetVariables(wanted), clock.GetUtcNow(), settings) is Decision.Accepted accepted)
            await effects.ApplyAsync(tx, instance, accepted, Actor.System, cancellationToken);
    }

    private async Task<Outcome<StepResult>> DecideAsync(WriteTransaction tx, LockedInstance instance, Command command, Actor actor, CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(tx, instance, cancellationToken);
        switch (Interpreter.Decide(instance.Definition, instance.State, command, clock.GetUtcNow(), settings))
        {
            case Decision.Accepted accepted:
                await effects.ApplyAsync(tx, instance, accepted, actor, cancellationToken);
                await TellAsync(tx, instance, accepted, actor, cancellationToken);
                return new StepResult(true, accepted.State, accepted.Events);
            case Decision.Refused { Code: RefusalCode.TimerGone or RefusalCode.WorkGone or RefusalCode.NoReceiver }:
                return new StepResult(false, instance.State!, []);
            case Decision.Refused refused:
                return StepRefusals.From(refused, findings);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task TellAsync(WriteTransaction tx, LockedInstance instance, Decision.Accepted step, Actor actor, CancellationToken cancellationToken)
    {
        if (step.Events.OfType<InstanceEvent.SentBack>().LastOrDefault() is { } back)
            await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.SentBack, instance.Campaign, actor, back.Reason, []), cancellationToken);
        if (step.State.IsEnded)
            await listeners.TellAsync(tx, new CampaignEvent(CampaignEventKind.Ended, instance.Campaign, actor, instance.Campaign.StatusReason, []), cancellationToken);
    }

    /// <summary>The facts may have changed since the instance was locked: an edit and its step share a transaction.</summary>
    private async Task<InterpreterSettings> SettingsAsync(WriteTransaction tx, LockedInstance instance, CancellationToken cancellationToken) =>
        instance.Settings with { Definitions = await library.PinAsync(tx.Db, instance.Row, instance.Campaign.FactsJson, cancellationToken) };
}

/// <summary>An instance whose row this transaction holds, with its campaign (tracked).</summary>
public sealed record LockedInstance(InstanceRow Row, Campaign Campaign, Orchestrator.Workflows.Bpmn.ProcessDefinition Definition, InterpreterSettings Settings)
{
    /// <summary>Moves on with every step; null before the first.</summary>
    public ProcessInstance? State { get; set; }
}
