using Microsoft.EntityFrameworkCore;
using Orchestrator.Channels;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Monitoring;

/// <summary>An event as other systems send it. The customer is named by the company's own id, or by the id of a message they got.</summary>
public sealed record NewCampaignEvent(string Id, string Kind)
{
    public Guid? CampaignId { get; init; }
    public string? Campaign { get; init; }
    public string? Customer { get; init; }
    public string? Message { get; init; }

    /// <summary>Yuan: the cost, or the amount of a conversion.</summary>
    public decimal? Value { get; init; }
    public string? Name { get; init; }
    public DateTimeOffset? At { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>What became of a batch.</summary>
public sealed record EventsAccepted(int Accepted, int Duplicates);

/// <summary>Takes events in, once each, and keeps the counters that figures and guardrails are read from. Thread-safe.</summary>
public sealed class CampaignEvents(Database database, WorkSchedule schedule, BusinessClock clock)
{
    public const int BatchLimit = 1_000;
    private const decimal Micros = 1_000_000m;
    private const string NoArm = "none";

    /// <summary>Takes a batch in, all or nothing: what is wrong is named by its position.</summary>
    public Task<Outcome<EventsAccepted>> TakeAsync(IReadOnlyList<NewCampaignEvent> batch, string source, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<EventsAccepted>>((tx, token) => TakeAsync(tx, batch, source, token), cancellationToken);

    public async Task<Outcome<EventsAccepted>> TakeAsync(WriteTransaction tx, IReadOnlyList<NewCampaignEvent> batch, string source, CancellationToken cancellationToken)
    {
        if (batch.Count is 0 or > BatchLimit)
            return Refusal.Invalid(new FieldProblem("events", "field.event-count", BatchLimit));
        var problems = new List<FieldProblem>();
        var rows = await ResolveAsync(tx, batch, source, problems, cancellationToken);
        if (problems.Count > 0)
            return Refusal.Invalid([.. problems]);
        var ids = rows.Select(row => row.Id).ToList();
        var known = (await tx.Db.CampaignEvents.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken)).ToHashSet();
        List<CampaignEvent> fresh = [.. rows.Where(row => !known.Contains(row.Id)).DistinctBy(row => row.Id)];
        await AddAsync(tx, fresh, cancellationToken);
        return new EventsAccepted(fresh.Count, rows.Count - fresh.Count);
    }

    /// <summary>Notes what a message brought: a refusal or a complaint.</summary>
    internal async Task NoteAsync(WriteTransaction tx, MessageId message, CampaignEventKind kind, CancellationToken cancellationToken)
    {
        var id = $"{kind}:{message}";
        var campaign = await tx.Db.Occurrences.Where(row => row.Id == message.OccurrenceId).Select(row => (Guid?)row.CampaignId).SingleOrDefaultAsync(cancellationToken);
        if (campaign is null || tx.Db.CampaignEvents.Local.Any(row => row.Id == id) || await tx.Db.CampaignEvents.AnyAsync(row => row.Id == id, cancellationToken))
            return;
        await AddAsync(tx, [New(id, campaign.Value, kind, message.CustomerNo, "treated", "receipt")], cancellationToken);
    }

    /// <summary>Notes it for the newest message that the customer got on a channel; without one nothing is noted.</summary>
    /// <returns>The message's campaign.</returns>
    internal async Task<Guid?> NoteLatestAsync(WriteTransaction tx, long customerNo, ChannelKind kind, CampaignEventKind what, CancellationToken cancellationToken)
    {
        var channel = LedgerChannel.Of(kind);
        var campaigns = tx.Db.AudienceMembers.Where(row => row.CustomerNo == customerNo).Select(row => row.CampaignId);
        var latest = await (
            from occurrence in tx.Db.Occurrences
            where campaigns.Contains(occurrence.CampaignId)
            join message in tx.Db.Messages on occurrence.Id equals message.OccurrenceId
            where message.CustomerNo == customerNo && message.Channel == channel && (message.State == MessageState.Accepted || message.State == MessageState.Delivered || message.State == MessageState.Unknown)
            orderby message.OccurrenceId descending
            select new { message.OccurrenceId, message.Step, occurrence.CampaignId }).Take(1).SingleOrDefaultAsync(cancellationToken);
        if (latest is not null)
            await NoteAsync(tx, new MessageId(latest.OccurrenceId, customerNo, latest.Step), what, cancellationToken);
        return latest?.CampaignId;
    }

    /// <summary>Which of these customers have converted in the campaign.</summary>
    internal static async Task<HashSet<long>> ConvertedAsync(OrchestratorDb db, Guid campaignId, IReadOnlyCollection<long> customers, CancellationToken cancellationToken) =>
        (await db.CampaignEvents.Where(row => row.CampaignId == campaignId && row.Kind == CampaignEventKind.Conversion && customers.Contains(row.CustomerNo)).Select(row => row.CustomerNo).ToListAsync(cancellationToken)).ToHashSet();

    private static CampaignEventKind? KindOf(string name) => name switch
    {
        "participation" => CampaignEventKind.Participation,
        "conversion" => CampaignEventKind.Conversion,
        "cost" => CampaignEventKind.Cost,
        "complaint" => CampaignEventKind.Complaint,
        _ => null,
    };

    private async Task<List<CampaignEvent>> ResolveAsync(WriteTransaction tx, IReadOnlyList<NewCampaignEvent> batch, string source, List<FieldProblem> problems, CancellationToken cancellationToken)
    {
        var externals = batch.Select(item => item.Customer).OfType<string>().Distinct().ToList();
        var customers = await tx.Db.Customers.Where(row => externals.Contains(row.ExternalId)).Select(row => new { row.ExternalId, row.CustomerNo }).ToDictionaryAsync(row => row.ExternalId, row => row.CustomerNo, cancellationToken);
        var codes = batch.Select(item => item.Campaign).OfType<string>().Distinct().ToList();
        var guids = batch.Select(item => item.CampaignId).OfType<Guid>().Distinct().ToList();
        var campaigns = await tx.Db.Campaigns.Where(row => codes.Contains(row.Code) || guids.Contains(row.Id)).Select(row => new { row.Id, row.Code }).ToListAsync(cancellationToken);
        var occurrences = batch.Select(item => MessageId.TryParse(item.Message)?.OccurrenceId).OfType<long>().Distinct().ToList();
        var messages = await tx.Db.Occurrences.Where(row => occurrences.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.CampaignId, cancellationToken);
        var rows = new List<(CampaignEvent Event, bool HasCustomer)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var item = batch[i];
            var message = MessageId.TryParse(item.Message);
            var campaign = message is { } id && messages.TryGetValue(id.OccurrenceId, out var of) ? of : campaigns.Find(row => row.Id == item.CampaignId || row.Code == item.Campaign)?.Id;
            long? customer = message?.CustomerNo ?? (item.Customer is { } external && customers.TryGetValue(external, out var no) ? no : null);
            var kind = KindOf(item.Kind);
            Check(i, item, kind, campaign, customer, problems);
            if (kind is { } known && campaign is { } found)
                rows.Add((New(item.Id, found, known, customer ?? 0, NoArm, source, item), customer is not null));
        }
        return await WithArmsAsync(tx, [.. rows.Select(row => row.Event)], cancellationToken);
    }

    private static void Check(int i, NewCampaignEvent item, CampaignEventKind? kind, Guid? campaign, long? customer, List<FieldProblem> problems)
    {
        if (item.Id is not { Length: > 0 and <= 100 })
            problems.Add(new FieldProblem($"events[{i}].id", "field.event-id"));
        if (kind is null)
            problems.Add(new FieldProblem($"events[{i}].kind", "field.event-kind", item.Kind));
        if (campaign is null)
            problems.Add(new FieldProblem($"events[{i}].campaign", "field.event-campaign"));
        if (customer is null && kind is CampaignEventKind.Participation or CampaignEventKind.Conversion or CampaignEventKind.Complaint)
            problems.Add(new FieldProblem($"events[{i}].customer", "field.event-customer"));
        if (item.Value is < 0 || (kind == CampaignEventKind.Cost && item.Value is null))
            problems.Add(new FieldProblem($"events[{i}].value", "field.event-value"));
    }

    private static async Task<List<CampaignEvent>> WithArmsAsync(WriteTransaction tx, List<CampaignEvent> rows, CancellationToken cancellationToken)
    {
        var campaigns = rows.Select(row => row.CampaignId).Distinct().ToList();
        var customers = rows.Select(row => row.CustomerNo).Where(no => no != 0).Distinct().ToList();
        var arms = (await tx.Db.AudienceMembers.Where(row => campaigns.Contains(row.CampaignId) && customers.Contains(row.CustomerNo)).ToListAsync(cancellationToken))
            .ToDictionary(row => (row.CampaignId, row.CustomerNo), row => CampaignFigureReader.NameOf(row.Arm));
        var grades = (await tx.Db.Customers.Where(row => customers.Contains(row.CustomerNo)).Select(row => new { row.CustomerNo, row.Attributes }).ToListAsync(cancellationToken)).ToDictionary(row => row.CustomerNo, row => GradeOf(row.Attributes));
        return [.. rows.Select(row => new CampaignEvent
        {
            Id = row.Id,
            CampaignId = row.CampaignId,
            Kind = row.Kind,
            CustomerNo = row.CustomerNo,
            Arm = arms.GetValueOrDefault((row.CampaignId, row.CustomerNo), NoArm),
            Value = row.Value,
            Name = row.Name,
            Attributes = row.Attributes ?? (row.Kind == CampaignEventKind.Conversion ? grades.GetValueOrDefault(row.CustomerNo) : null),
            At = row.At,
            ReceivedAt = row.ReceivedAt,
            Source = row.Source,
        })];
    }

    /// <summary>The customer's risk grade at the time, for guardrails that look at the mix.</summary>
    private static string? GradeOf(string attributes)
    {
        using var json = System.Text.Json.JsonDocument.Parse(attributes);
        return json.RootElement.TryGetProperty("risk_grade", out var grade) && grade.ValueKind == System.Text.Json.JsonValueKind.String
            ? System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string?> { ["risk_grade"] = grade.GetString() }) : null;
    }

    private CampaignEvent New(string id, Guid campaign, CampaignEventKind kind, long customer, string arm, string source, NewCampaignEvent? item = null)
    {
        var now = clock.GetUtcNow();
        return new CampaignEvent
        {
            Id = id,
            CampaignId = campaign,
            Kind = kind,
            CustomerNo = customer,
            Arm = arm,
            Value = (long)((item?.Value ?? 0) * Micros),
            Name = item?.Name,
            Attributes = item?.Attributes is { Count: > 0 } attributes ? System.Text.Json.JsonSerializer.Serialize(attributes, JsonDefaults.Options) : null,
            At = item?.At?.ToUniversalTime() ?? now,
            ReceivedAt = now,
            Source = source,
        };
    }

    private async Task AddAsync(WriteTransaction tx, List<CampaignEvent> fresh, CancellationToken cancellationToken)
    {
        foreach (var campaign in fresh.GroupBy(row => row.CampaignId))
        {
            await MetricCounters.AddAsync(tx, campaign.Key, [.. campaign], cancellationToken);
            await schedule.EnqueueAsync(tx, new NewWork(GuardrailCheck.WorkKind, campaign.Key.ToString("N"), clock.GetUtcNow(), new GuardrailWork(campaign.Key), campaign.Key), cancellationToken);
        }
        tx.Db.AddRange(fresh);
        await tx.Db.SaveChangesAsync(cancellationToken);
    }
}
