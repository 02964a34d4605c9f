using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;
using Orchestrator.Workflows.Execution.Rehearsal;

namespace Orchestrator.Host.Sops;

/// <summary>How a rehearsal goes. Everything may be left out: then tasks take their first outcome.</summary>
/// <param name="Variables">Process variables at the start, over those the program keeps for a campaign two weeks from now.</param>
/// <param name="Facts">What decisions read.</param>
/// <param name="Answers">Element id to its answers in order; the last one repeats.</param>
/// <param name="MessagesAfterHours">When awaited messages come; left out, they don't.</param>
public sealed record DryRunRequest(
    JsonElement? Variables = null, JsonElement? Facts = null, IReadOnlyDictionary<string, IReadOnlyList<DryRunAnswer>>? Answers = null, double? MessagesAfterHours = null);

/// <summary>One stubbed answer of a task or service.</summary>
public sealed record DryRunAnswer(string? Outcome = null, JsonElement? Variables = null, double? AfterHours = null, string? ErrorCode = null);

/// <summary>What a rehearsal showed.</summary>
/// <param name="Path">Completed elements in order.</param>
/// <param name="Moments">The same with the virtual time of each.</param>
public sealed record DryRunResult(
    bool Ended, DateTimeOffset Start, DateTimeOffset Finish, string? StoppedBecause, IReadOnlyList<string> Path, IReadOnlyList<DryRunMoment> Moments,
    IReadOnlyList<DryRunStage> Stages, JsonElement Variables);

/// <summary>When an element was completed.</summary>
public sealed record DryRunMoment(string ElementId, DateTimeOffset At);

public sealed record DryRunStage(string StageId, DateTimeOffset At);

/// <summary>Rehearses an SOP version with stubbed answers and a virtual clock, before anybody publishes it. Changes nothing.</summary>
public sealed class SopRehearsals(Database database, DefinitionLibrary library, WorkingCalendars calendars, BusinessClock clock)
{
    /// <returns>Null where there is no such version.</returns>
    public Task<DryRunResult?> RunAsync(Guid sopVersionId, DryRunRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync<DryRunResult?>(
            async (db, token) =>
            {
                if (!await db.Definitions.AnyAsync(row => row.Id == sopVersionId && row.Kind == DefinitionKind.Sop, token))
                    return null;
                var pins = await DefinitionLibrary.PublishedDecisionsAsync(db, token);
                var instance = new InstanceRow { SopVersionId = sopVersionId, DecisionsJson = JsonSerializer.Serialize(pins), State = "" };
                var definitions = await library.PinAsync(db, instance, request.Facts?.GetRawText() ?? "{}", token);
                var settings = new InterpreterSettings(definitions, await calendars.CurrentAsync(db, token));
                return Show(DryRun.Play(definitions.Main, Plan(request), clock.GetUtcNow(), settings));
            },
            cancellationToken);

    private DryRunPlan Plan(DryRunRequest request) => new()
    {
        Variables = Campaign().With(Read(request.Variables)),
        MessageDelay = request.MessagesAfterHours is { } hours ? Hours(hours) : null,
        Answers = (request.Answers ?? new Dictionary<string, IReadOnlyList<DryRunAnswer>>()).ToImmutableDictionary(
            answer => answer.Key, answer => answer.Value.Select(Answer).ToImmutableArray(), StringComparer.Ordinal),
    };

    // A campaign like any other, so that a rehearsal needs no input.
    private Variables Campaign()
    {
        var launch = clock.GetUtcNow().AddDays(14);
        return Variables.Of(
            (SopVariables.LaunchAt, launch.ToString("O")),
            (SopVariables.FirstPhaseAt, launch.AddHours(10).ToString("O")),
            (SopVariables.WindowEnd, launch.AddDays(12).ToString("O")),
            (SopVariables.Standing, Array.Empty<string>()),
            ("packageChanged", false),
            ("drift", 0));
    }

    private static StubAnswer Answer(DryRunAnswer answer) => new(
        answer.Outcome, Read(answer.Variables), answer.AfterHours is { } hours ? Hours(hours) : null, answer.ErrorCode);

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(Math.Clamp(hours, 0, 24 * 365));

    private static Variables Read(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } given ? Variables.FromJson(given.GetRawText()) : Variables.None;

    private static DryRunResult Show(DryRunReport report)
    {
        using var variables = JsonDocument.Parse(report.Variables.ToJson());
        return new(
            report.Ended, report.Start, report.Finish, report.StoppedBecause, report.Path,
            [.. report.Steps.Where(step => step.Event is InstanceEvent.ElementCompleted).Select(step => new DryRunMoment(((InstanceEvent.ElementCompleted)step.Event).ElementId, step.At))],
            [.. report.Stages.Select(stage => new DryRunStage(stage.StageId, stage.At))], variables.RootElement.Clone());
    }
}
