using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>A definition version without its XML, for lists.</summary>
public sealed record DefinitionSummary(
    Guid Id, DefinitionKind Kind, string Key, int Version, string NameZh, string NameEn, DefinitionState State, string Sha256,
    string UploadedBy, DateTimeOffset UploadedAt, string? PublishedBy, DateTimeOffset? PublishedAt, IReadOnlyList<DefinitionProblem> Problems)
{
    internal static DefinitionSummary From(DefinitionVersion row) => new(
        row.Id, row.Kind, row.Key, row.Version, row.NameZh, row.NameEn, row.State, row.Sha256, row.UploadedBy, row.UploadedAt, row.PublishedBy, row.PublishedAt,
        JsonSerializer.Deserialize<List<DefinitionProblem>>(row.ProblemsJson, JsonDefaults.Options)!);
}

/// <summary>SOPs and decisions: uploaded with lint findings, published by a second person, deprecated. A version never changes. Safe for concurrent use.</summary>
public sealed class Definitions(Database database, SopSurroundings surroundings, FindingTexts findings, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "definitions";
    public const int SizeLimit = 2 * 1024 * 1024;

    public Task<List<DefinitionSummary>> ListAsync(DefinitionKind kind, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => (await db.Definitions.Where(row => row.Kind == kind).OrderBy(row => row.Key).ThenByDescending(row => row.Version).ToListAsync(token))
                .ConvertAll(DefinitionSummary.From),
            cancellationToken);

    public Task<DefinitionVersion?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Definitions.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    public Task<Dictionary<string, string>> FormsAsync(Guid sopVersionId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.SopForms.Where(row => row.SopVersionId == sopVersionId).ToDictionaryAsync(row => row.FormId, row => row.Json, token), cancellationToken);

    /// <summary>Newest published version of an SOP; null where there is none.</summary>
    public static Task<DefinitionVersion?> NewestSopAsync(OrchestratorDb db, string key, CancellationToken cancellationToken) =>
        db.Definitions.AsNoTracking().Where(row => row.Kind == DefinitionKind.Sop && row.Key == key && row.State == DefinitionState.Published)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Lints a file with the forms of the version before it.</summary>
    public Task<IReadOnlyList<DefinitionProblem>> LintAsync(DefinitionKind kind, string xml, CancellationToken cancellationToken) => LintAsync(kind, xml, null, cancellationToken);

    /// <summary>Lints without storing, an SOP as at publishing.</summary>
    public async Task<IReadOnlyList<DefinitionProblem>> LintAsync(DefinitionKind kind, string xml, IReadOnlyDictionary<string, string>? forms, CancellationToken cancellationToken)
    {
        var inspected = DefinitionInspection.Of(kind, xml);
        if (kind == DefinitionKind.Decision || inspected.Problems.Any(problem => problem.IsError))
            return inspected.Problems;
        return await database.ReadAsync<IReadOnlyList<DefinitionProblem>>(
            async (db, token) => [.. inspected.Problems, .. await surroundings.LintAsync(db, xml, (await WithEarlierFormsAsync(db, inspected, forms, token)).Keys, true, token)],
            cancellationToken);
    }

    /// <summary>Stores a draft version. A file that cannot be read is refused, and nothing changes; what lint finds is kept with the version, and its errors block publishing.</summary>
    /// <param name="forms">Form id to form-js JSON; forms left out are taken over from the version before.</param>
    public Task<Outcome<DefinitionSummary>> UploadAsync(DefinitionKind kind, string xml, IReadOnlyDictionary<string, string>? forms, Actor actor, CancellationToken cancellationToken) =>
        StoreAsync(kind, xml, forms, isNew: false, actor, cancellationToken);

    /// <summary>Stores the first version of a new SOP under an id that there is none of yet. Its tasks take the forms in the box by their ids.</summary>
    public async Task<Outcome<DefinitionSummary>> BeginAsync(string key, string chinese, string english, string xml, Actor actor, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (!SopSkeleton.KeyPattern().IsMatch(key))
            problems.Add(new FieldProblem("key", "field.sop-key"));
        if (string.IsNullOrWhiteSpace(chinese))
            problems.Add(new FieldProblem("nameZh", "field.required"));
        if (string.IsNullOrWhiteSpace(english))
            problems.Add(new FieldProblem("nameEn", "field.required"));
        return problems.Count > 0
            ? Refusal.Invalid([.. problems])
            : await StoreAsync(DefinitionKind.Sop, SopSkeleton.Named(xml, key, chinese, english), ShippedDefinitions.Forms, isNew: true, actor, cancellationToken);
    }

    private async Task<Outcome<DefinitionSummary>> StoreAsync(DefinitionKind kind, string xml, IReadOnlyDictionary<string, string>? forms, bool isNew, Actor actor, CancellationToken cancellationToken)
    {
        if (xml.Length > SizeLimit)
            return Refusal.Invalid(new FieldProblem("xml", "field.too-large"));
        var inspected = DefinitionInspection.Of(kind, xml);
        if (inspected.Problems.Any(problem => problem.IsError))
            return Refuse(inspected.Problems);
        var problems = (forms ?? new Dictionary<string, string>()).SelectMany(form => FormReader.Read(form.Key, form.Value).Problems).ToArray();
        if (problems.Length > 0)
            return Refusal.Invalid(problems);
        return await database.WriteAsync<Outcome<DefinitionSummary>>(
            async (tx, token) =>
            {
                if (isNew && await tx.Db.Definitions.AnyAsync(row => row.Kind == kind && row.Key == inspected.Key, token))
                    return Refusal.Invalid(new FieldProblem("key", "field.sop-key-taken", inspected.Key));
                var all = await WithEarlierFormsAsync(tx.Db, inspected, forms, token);
                if (isNew)
                    all = all.Where(form => inspected.FormIds.Contains(form.Key)).ToDictionary();
                if (kind == DefinitionKind.Sop && inspected.FormIds.Where(id => !all.ContainsKey(id)).ToArray() is { Length: > 0 } missing)
                    return Refusal.Invalid([.. missing.Select(id => new FieldProblem($"forms.{id}", "field.form-missing", id))]);
                if (kind == DefinitionKind.Sop)
                    inspected = inspected with { Problems = [.. inspected.Problems, .. await surroundings.LintAsync(tx.Db, xml, all.Keys, false, token)] };
                var row = await AddAsync(tx, kind, xml, all, inspected, actor, token);
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry("definition-uploaded", row.Key, new { row.Kind, row.Version, row.Sha256 }));
                return DefinitionSummary.From(row);
            },
            cancellationToken);
    }

    /// <summary>Makes a draft the version that new campaigns take. The uploader cannot publish their own.</summary>
    public Task<Outcome<DefinitionSummary>> PublishAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeStateAsync(id, DefinitionState.Draft, DefinitionState.Published, "definition-published", actor, cancellationToken);

    /// <summary>No new campaign takes it; those under way stay.</summary>
    public Task<Outcome<DefinitionSummary>> DeprecateAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        ChangeStateAsync(id, DefinitionState.Published, DefinitionState.Deprecated, "definition-deprecated", actor, cancellationToken);

    internal async Task<DefinitionVersion> AddAsync(
        WriteTransaction tx, DefinitionKind kind, string xml, IReadOnlyDictionary<string, string> forms, DefinitionInspection inspected, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = await tx.Db.Definitions.Where(row => row.Kind == kind && row.Key == inspected.Key).MaxAsync(row => (int?)row.Version, cancellationToken) ?? 0;
        var version = new DefinitionVersion
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Key = inspected.Key,
            Version = last + 1,
            NameZh = inspected.NameZh,
            NameEn = inspected.NameEn,
            State = DefinitionState.Draft,
            Xml = xml,
            Sha256 = DefinitionInspection.Hash(xml, forms),
            ProblemsJson = JsonSerializer.Serialize(inspected.Problems, JsonDefaults.Options),
            UploadedBy = actor.UserName,
            UploadedAt = now,
        };
        tx.Db.Add(version);
        tx.Db.AddRange(forms.Select(form => new SopForm { SopVersionId = version.Id, FormId = form.Key, Json = form.Value }));
        return version;
    }

    private Task<Outcome<DefinitionSummary>> ChangeStateAsync(Guid id, DefinitionState from, DefinitionState to, string happened, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<DefinitionSummary>>(
            async (tx, token) =>
            {
                if (await tx.Locked<DefinitionVersion>("SELECT * FROM definition_versions WHERE id = {0}", id).SingleOrDefaultAsync(token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (row.State != from)
                    return Refusal.Conflict("definition-state", row.Key, row.Version) with { Current = DefinitionSummary.From(row) };
                if (to == DefinitionState.Published && row.UploadedBy == actor.UserName)
                    return Refusal.Conflict("second-person");
                if (to == DefinitionState.Published && await PublishProblemsAsync(tx, row, token) is { Count: > 0 } problems)
                    return Refuse(problems);
                row.State = to;
                if (to == DefinitionState.Published)
                    (row.PublishedBy, row.PublishedAt) = (actor.UserName, clock.GetUtcNow());
                await audit.AppendAsync(tx, Chain, actor, token, new AuditEntry(happened, row.Key, new { row.Kind, row.Version, row.Sha256 }));
                return DefinitionSummary.From(row);
            },
            cancellationToken);

    private async Task<IReadOnlyList<DefinitionProblem>> PublishProblemsAsync(WriteTransaction tx, DefinitionVersion row, CancellationToken cancellationToken)
    {
        if (row.Kind == DefinitionKind.Decision)
            return [];
        var forms = await tx.Db.SopForms.Where(form => form.SopVersionId == row.Id).Select(form => form.FormId).ToListAsync(cancellationToken);
        return [.. (await surroundings.LintAsync(tx.Db, row.Xml, forms, true, cancellationToken)).Where(problem => problem.IsError)];
    }

    private static async Task<Dictionary<string, string>> WithEarlierFormsAsync(OrchestratorDb db, DefinitionInspection inspected, IReadOnlyDictionary<string, string>? given, CancellationToken cancellationToken)
    {
        var forms = new Dictionary<string, string>(given ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var earlier = await db.Definitions.Where(row => row.Kind == DefinitionKind.Sop && row.Key == inspected.Key).OrderByDescending(row => row.Version)
            .Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken);
        foreach (var form in await db.SopForms.Where(row => row.SopVersionId == earlier).ToListAsync(cancellationToken))
        {
            if (inspected.FormIds.Contains(form.FormId))
                forms.TryAdd(form.FormId, form.Json);
        }
        return forms;
    }

    private Refusal Refuse(IReadOnlyList<DefinitionProblem> problems) => new("definition-broken", StatusCodes.Status422UnprocessableEntity, problems.Count(problem => problem.IsError))
    {
        Problems = [.. problems.Where(problem => problem.IsError).Select(problem => new FieldProblem(problem.Element ?? "file", "field.definition-problem", problem.Line, findings.Of(problem)))],
    };
}
