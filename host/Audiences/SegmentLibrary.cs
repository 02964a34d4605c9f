using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>A text in both languages.</summary>
public sealed record BothLanguages(string Zh, string En);

/// <summary>A number that a ready-made segment asks for; <c>$key</c> in its rule.</summary>
public sealed record SegmentParameter(string Key, string Type, BothLanguages Label, decimal Default, decimal? Min = null, decimal? Max = null);

/// <summary>A segment as files and the API write it.</summary>
public sealed record SegmentBody(string Id, BothLanguages Name, BothLanguages? Description, IReadOnlyList<SegmentParameter> Parameters, string Rule);

/// <summary>The segments on the shelf: ready-made and the company's own, versioned; publishing a version needs a second person.</summary>
public sealed partial class SegmentLibrary(Database database, AttributeCatalogue catalogue, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "segments";

    [GeneratedRegex(@"\$([a-z][a-z0-9_]*)")]
    private static partial Regex ParameterMark();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,62}$")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex ParameterKey();

    /// <summary>Latest published version of each segment, then drafts.</summary>
    public Task<List<Segment>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var rows = await db.Segments.OrderBy(row => row.Key).ThenByDescending(row => row.Version).ToListAsync(token);
                return rows.GroupBy(row => (row.Key, row.State == SegmentState.Draft)).Select(group => group.First()).Where(row => row.State != SegmentState.Retired).ToList();
            },
            cancellationToken);

    public Task<Segment?> FindPublishedAsync(string key, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Segments.Where(row => row.Key == key && row.State == SegmentState.Published).OrderByDescending(row => row.Version).FirstOrDefaultAsync(token), cancellationToken);

    /// <summary>The rule with its parameters filled in: what a brief stores, and what is approved.</summary>
    public async Task<Outcome<string>> ComposeAsync(string key, IReadOnlyDictionary<string, decimal>? values, CancellationToken cancellationToken) =>
        await FindPublishedAsync(key, cancellationToken) is { } segment ? Compose(segment, values ?? new Dictionary<string, decimal>()) : Refusal.NotFound(key);

    /// <summary>The rule of a draft as it is typed, with the defaults of its parameters filled in; refused like saving it would be.</summary>
    public async Task<Outcome<string>> TryAsync(SegmentBody body, CancellationToken cancellationToken) =>
        await CheckRuleAsync(body, cancellationToken) is { Length: > 0 } problems ? Refusal.Invalid(problems) : Fill(body.Rule, key => body.Parameters.First(parameter => parameter.Key == key).Default);

    /// <summary>Starts a draft, or changes the open one.</summary>
    public Task<Outcome<Segment>> SaveDraftAsync(SegmentBody body, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Segment>>(
            async (tx, token) =>
            {
                if (await CheckAsync(body, token) is { Length: > 0 } problems)
                    return Refusal.Invalid(problems);
                var latest = await tx.Db.Segments.Where(row => row.Key == body.Id).OrderByDescending(row => row.Version).FirstOrDefaultAsync(token);
                var draft = latest is { State: SegmentState.Draft } ? latest : null;
                if (draft is null)
                    tx.Db.Add(draft = New(body, (latest?.Version ?? 0) + 1, SegmentState.Draft, isShipped: false, actor.UserName));
                else
                    Change(draft, body, actor.UserName);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("segment-drafted", $"{draft.Key} v{draft.Version}", new { draft.Rule }));
                return draft;
            },
            cancellationToken);

    /// <summary>Publishes the draft. Whoever wrote it may not.</summary>
    public Task<Outcome<Segment>> PublishAsync(string key, long revision, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<Segment>>(
            async (tx, token) =>
            {
                if (await tx.Locked<Segment>("SELECT * FROM segments WHERE key = {0} AND state = 'Draft'", key).SingleOrDefaultAsync(token) is not { } draft)
                    return Refusal.NotFound(key);
                if (draft.Revision != revision)
                    return Refusal.Stale;
                if (draft.WrittenBy == actor.UserName)
                    return Refusal.Conflict("segment-second-person", draft.WrittenBy);
                (draft.State, draft.PublishedBy, draft.PublishedAt) = (SegmentState.Published, actor.UserName, clock.GetUtcNow());
                draft.Revision++;
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("segment-published", $"{draft.Key} v{draft.Version}", new { draft.Rule, draft.WrittenBy }));
                return draft;
            },
            cancellationToken);

    /// <summary>Puts the segments of this program version on the shelf; one whose content changed becomes its next version.</summary>
    internal Task ShipAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                foreach (var body in Shipped())
                {
                    var latest = await tx.Db.Segments.Where(row => row.Key == body.Id && row.IsShipped).OrderByDescending(row => row.Version).FirstOrDefaultAsync(token);
                    if (latest is not null && latest.Rule == body.Rule && latest.Parameters == Write(body.Parameters))
                        continue;
                    var version = await tx.Db.Segments.Where(row => row.Key == body.Id).MaxAsync(row => (int?)row.Version, token) ?? 0;
                    tx.Db.Add(New(body, version + 1, SegmentState.Published, isShipped: true, Actor.System.UserName));
                }
            },
            cancellationToken);

    public static IReadOnlyList<SegmentParameter> ParametersOf(Segment segment) => JsonSerializer.Deserialize<List<SegmentParameter>>(segment.Parameters, JsonDefaults.Options)!;

    public static SegmentBody BodyOf(Segment row) => new(
        row.Key, new BothLanguages(row.NameChinese, row.NameEnglish),
        row.DescriptionChinese is null ? null : new BothLanguages(row.DescriptionChinese, row.DescriptionEnglish ?? ""), ParametersOf(row), row.Rule);

    internal static IEnumerable<SegmentBody> Shipped()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Segments/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return JsonSerializer.Deserialize<SegmentBody>(stream, JsonDefaults.Options)!;
        }
    }

    /// <summary>A version's rule with the given numbers, else the defaults, filled in.</summary>
    public static Outcome<string> Compose(Segment segment, IReadOnlyDictionary<string, decimal> values)
    {
        var parameters = ParametersOf(segment).ToDictionary(parameter => parameter.Key);
        var problems = values.Keys.Where(key => !parameters.ContainsKey(key)).Select(key => new FieldProblem($"parameters.{key}", "audience.field.member-unknown"))
            .Concat(values.Where(pair => parameters.TryGetValue(pair.Key, out var parameter) && (pair.Value < parameter.Min || pair.Value > parameter.Max))
                .Select(pair => new FieldProblem($"parameters.{pair.Key}", "audience.field.between", parameters[pair.Key].Min ?? decimal.MinValue, parameters[pair.Key].Max ?? decimal.MaxValue))).ToArray();
        return problems.Length > 0 ? Refusal.Invalid(problems) : Fill(segment.Rule, key => values.TryGetValue(key, out var value) ? value : parameters[key].Default);
    }

    private static string Fill(string rule, Func<string, decimal> value) =>
        ParameterMark().Replace(rule, match => value(match.Groups[1].Value).ToString("0.############", CultureInfo.InvariantCulture));

    private async Task<FieldProblem[]> CheckAsync(SegmentBody body, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (!KeyPattern().IsMatch(body.Id))
            problems.Add(new FieldProblem("id", "audience.field.segment-key"));
        if (string.IsNullOrWhiteSpace(body.Name.Zh) || string.IsNullOrWhiteSpace(body.Name.En))
            problems.Add(new FieldProblem("name", "field.required"));
        problems.AddRange(body.Parameters.Index().Where(at => !ParameterKey().IsMatch(at.Item.Key)).Select(at => new FieldProblem($"parameters[{at.Index}].key", "audience.field.parameter-key")));
        problems.AddRange(body.Parameters.Index().Where(at => body.Parameters.Take(at.Index).Any(before => before.Key == at.Item.Key)).Select(at => new FieldProblem($"parameters[{at.Index}].key", "audience.field.parameter-twice")));
        problems.AddRange(body.Parameters.Index().Where(at => at.Item.Default < at.Item.Min || at.Item.Default > at.Item.Max).Select(at => new FieldProblem($"parameters[{at.Index}].default", "audience.field.between", at.Item.Min ?? decimal.MinValue, at.Item.Max ?? decimal.MaxValue)));
        problems.AddRange(await CheckRuleAsync(body, cancellationToken));
        return [.. problems];
    }

    private async Task<FieldProblem[]> CheckRuleAsync(SegmentBody body, CancellationToken cancellationToken)
    {
        var defaults = body.Parameters.DistinctBy(parameter => parameter.Key).ToDictionary(parameter => parameter.Key, parameter => parameter.Default);
        var missing = ParameterMark().Matches(body.Rule).Select(match => match.Groups[1].Value).FirstOrDefault(key => !defaults.ContainsKey(key));
        if (missing is not null)
            return [new FieldProblem("rule", "audience.field.rule-parameter", missing)];
        return SegmentRule.Compile(Fill(body.Rule, key => defaults[key]), await catalogue.CurrentAsync(cancellationToken)).Refusal is { } refusal ? [.. refusal.Problems] : [];
    }

    private Segment New(SegmentBody body, int version, SegmentState state, bool isShipped, string by)
    {
        var row = new Segment
        {
            Key = body.Id, Version = version, NameChinese = "", NameEnglish = "", Rule = "", Parameters = "", State = state, IsShipped = isShipped, WrittenBy = by,
            CreatedAt = clock.GetUtcNow(), PublishedAt = state == SegmentState.Published ? clock.GetUtcNow() : null, Revision = 0,
        };
        Change(row, body, by);
        return row;
    }

    private static void Change(Segment row, SegmentBody body, string by)
    {
        (row.NameChinese, row.NameEnglish, row.DescriptionChinese, row.DescriptionEnglish) = (body.Name.Zh, body.Name.En, body.Description?.Zh, body.Description?.En);
        (row.Rule, row.Parameters, row.WrittenBy) = (body.Rule, Write(body.Parameters), by);
        row.Revision++;
    }

    private static string Write(IReadOnlyList<SegmentParameter> parameters) => JsonSerializer.Serialize(parameters, JsonDefaults.Options);
}

/// <summary>Ships the ready-made segments at start.</summary>
internal sealed class SegmentLibraryStep(SegmentLibrary library) : IStartupStep
{
    public int Order => 20;

    public Task RunAsync(CancellationToken cancellationToken) => library.ShipAsync(cancellationToken);
}
