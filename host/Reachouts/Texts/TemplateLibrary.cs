using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Reachouts;

/// <summary>A new draft: of a new text, or the next version of one that is there.</summary>
/// <param name="Key">Set and phase in lower case: <c>member-day/warm-up</c>.</param>
public sealed record NewTemplate(string Key, string NameZh, string NameEn, TextDraft Text);

/// <summary>An edit of a draft; channel and language stay.</summary>
public sealed record TemplateEdit(string NameZh, string NameEn, TextDraft Text);

/// <summary>A line of the library.</summary>
public sealed record TemplateSummary(
    Guid Id, string Key, string Set, string Channel, string Language, int Version, TemplateState State, string NameZh, string NameEn, string Purpose, string? Title, string Body,
    string Hash, string WrittenBy, DateTimeOffset WrittenAt, string? PublishedBy, DateTimeOffset? PublishedAt, long Revision)
{
    internal static TemplateSummary From(TemplateVersion row) => new(
        row.Id, row.Key, row.Key.Split('/')[0], row.Channel, row.Language, row.Version, row.State, row.NameZh, row.NameEn, row.Purpose, row.Title, row.Body,
        row.Hash, row.WrittenBy, row.WrittenAt, row.PublishedBy, row.PublishedAt, row.Revision);
}

/// <summary>What the list is narrowed to; null takes all.</summary>
public sealed record TemplateFilter(string? Set = null, string? Channel = null, string? Language = null, TemplateState? State = null);

/// <summary>
/// The texts that campaigns start from: written as drafts, published by a second person and immutable from then on. A brief keeps a copy, so that
/// a new version here changes no campaign. Every change is on the chain <c>templates</c>. Safe for concurrent use.
/// </summary>
internal sealed partial class TemplateLibrary(Database database, TextLint lint, WorkSchedule schedule, AuditChain audit, BusinessClock clock)
{
    public const string Chain = "templates";

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KeyForm();

    /// <summary>The newest version of every text, by key.</summary>
    public Task<List<TemplateVersion>> ListAsync(TemplateFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) =>
            {
                var rows = db.Templates.Where(row =>
                    (filter.Set == null || row.Key.StartsWith(filter.Set + "/")) && (filter.Channel == null || row.Channel == filter.Channel) && (filter.Language == null || row.Language == filter.Language)
                    && !db.Templates.Any(later => later.Key == row.Key && later.Channel == row.Channel && later.Language == row.Language && later.Version > row.Version));
                return await rows.Where(row => filter.State == null || row.State == filter.State).OrderBy(row => row.Key).ThenBy(row => row.Channel).ThenByDescending(row => row.Language).ToListAsync(token);
            },
            cancellationToken);

    public Task<TemplateVersion?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Templates.SingleOrDefaultAsync(row => row.Id == id, token), cancellationToken);

    /// <summary>All versions of the text that this is one of, newest first; empty where there is none.</summary>
    public Task<List<TemplateVersion>> VersionsAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (db, token) => db.Templates.Where(row => db.Templates.Any(one => one.Id == id && one.Key == row.Key && one.Channel == row.Channel && one.Language == row.Language))
                .OrderByDescending(row => row.Version).ToListAsync(token),
            cancellationToken);

    /// <summary>The published texts of a key, ready to be put into a phase of a brief.</summary>
    public Task<List<MessageText>> TextsAsync(string key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (db, token) => (await db.Templates.Where(row => row.Key == key && row.Channel != TextDraft.Partial && row.State == TemplateState.Published).ToListAsync(token))
                .GroupBy(row => (row.Channel, row.Language)).Select(versions => TextOf(versions.MaxBy(row => row.Version)!))
                .OrderBy(text => text.Channel, StringComparer.Ordinal).ThenByDescending(text => text.Language, StringComparer.Ordinal).ToList(),
            cancellationToken);

    public static MessageText TextOf(TemplateVersion row) => new()
    {
        Channel = row.Channel, Language = row.Language, Subject = row.Title, Body = row.Body, Html = row.Html, Variables = [.. row.Template().Variables.Where(variable => variable.Attribute is not null)],
    };

    /// <summary>Campaigns fill every variable that the text requires.</summary>
    public static bool IsForCampaigns(TemplateVersion row) =>
        row.Template().Variables.All(variable => !variable.Required || variable.Attribute is not null || BriefTemplates.Variables.Any(known => known.Name == variable.Name && known.Type == variable.Type));

    public Task<Outcome<TemplateVersion>> AddAsync(NewTemplate command, Actor actor, CancellationToken cancellationToken) =>
        Check(command.Key, command.NameZh, command.NameEn, command.Text) is { } refusal
            ? Task.FromResult<Outcome<TemplateVersion>>(refusal)
            : database.WriteAsync<Outcome<TemplateVersion>>(
                async (tx, token) =>
                {
                    // The chain's lock first: two who begin the same version at once must not both count from the same last one.
                    _ = await tx.Locked<AuditHead>("SELECT * FROM audit_heads WHERE chain = {0}", Chain).SingleOrDefaultAsync(token);
                    var newest = await tx.Db.Templates.Where(row => row.Key == command.Key && row.Channel == command.Text.Channel && row.Language == command.Text.Language)
                        .OrderByDescending(row => row.Version).FirstOrDefaultAsync(token);
                    if (newest is { State: TemplateState.Draft })
                        return Refusal.Conflict("template-draft-open", newest.WrittenBy, newest.Version) with { Current = TemplateSummary.From(newest) };
                    var row = Row(command.Key, (newest?.Version ?? 0) + 1, command.NameZh, command.NameEn, command.Text, actor.UserName);
                    tx.Db.Add(row);
                    await audit.AppendAsync(tx, Chain, actor, token, Entry("template-drafted", row));
                    return row;
                },
                cancellationToken);

    public Task<Outcome<TemplateVersion>> EditAsync(Guid id, long revision, TemplateEdit edit, Actor actor, CancellationToken cancellationToken) =>
        ChangeDraftAsync(id, revision, "template-edited", actor, (_, row) =>
        {
            var text = edit.Text with { Channel = row.Channel, Language = row.Language };
            if (Check(row.Key, edit.NameZh, edit.NameEn, text) is { } refusal)
                return refusal;
            Fill(row, edit.NameZh, edit.NameEn, text, actor.UserName);
            return null;
        }, cancellationToken);

    /// <summary>Drops a draft; published versions stay for good.</summary>
    public Task<Outcome<TemplateVersion>> DiscardAsync(Guid id, long revision, Actor actor, CancellationToken cancellationToken) =>
        ChangeDraftAsync(id, revision, "template-discarded", actor, (tx, row) =>
        {
            tx.Db.Remove(row);
            return null;
        }, cancellationToken);

    /// <summary>Makes a draft the version to take. Whoever wrote it cannot; a text with errors cannot be published.</summary>
    public async Task<Outcome<TemplateVersion>> PublishAsync(Guid id, long revision, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } read)
            return Refusal.NotFound(id.ToString());
        var report = await lint.LintAsync(read.Template(), null, cancellationToken);
        return await ChangeDraftAsync(id, revision, "template-published", actor, (_, row) =>
        {
            if (row.WrittenBy == actor.UserName)
                return Refusal.Conflict("second-person-text", row.WrittenBy);
            if (row.Hash != read.Hash)
                return Refusal.Stale;
            if (!report.Passed)
                return new Refusal("template-has-findings", StatusCodes.Status422UnprocessableEntity, report.Errors)
                {
                    Problems = [.. report.Findings.Where(finding => finding.Severity == Orchestrator.Templates.Linting.LintSeverity.Error)
                        .Select(finding => new FieldProblem($"text.{JsonNamingPolicy.CamelCase.ConvertName(finding.Part.ToString())}", "field.text-finding", finding.Message))],
                };
            (row.State, row.PublishedBy, row.PublishedAt) = (TemplateState.Published, actor.UserName, clock.GetUtcNow());
            return null;
        }, cancellationToken);
    }

    /// <summary>A published text that is not to be used again; campaigns that copied it keep it.</summary>
    public Task<Outcome<TemplateVersion>> RetireAsync(Guid id, string reason, Actor actor, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(reason)
            ? Task.FromResult<Outcome<TemplateVersion>>(Refusal.Invalid(new FieldProblem("reason", "field.reason-required")))
            : database.WriteAsync<Outcome<TemplateVersion>>(
                async (tx, token) =>
                {
                    if (await LockedAsync(tx, id, token) is not { } row)
                        return Refusal.NotFound(id.ToString());
                    if (row.State != TemplateState.Published)
                        return Refusal.Conflict("template-state", row.Key, row.Version) with { Current = TemplateSummary.From(row) };
                    (row.State, row.Revision) = (TemplateState.Retired, row.Revision + 1);
                    await audit.AppendAsync(tx, Chain, actor, token, Entry("template-retired", row) with { Reason = reason });
                    return row;
                },
                cancellationToken);

    private Task<Outcome<TemplateVersion>> ChangeDraftAsync(
        Guid id, long revision, string happened, Actor actor, Func<WriteTransaction, TemplateVersion, Refusal?> change, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<TemplateVersion>>(
            async (tx, token) =>
            {
                if (await LockedAsync(tx, id, token) is not { } row)
                    return Refusal.NotFound(id.ToString());
                if (row.State != TemplateState.Draft)
                    return Refusal.Conflict("template-state", row.Key, row.Version) with { Current = TemplateSummary.From(row) };
                if (row.Revision != revision)
                    return Refusal.Stale;
                if (change(tx, row) is { } refusal)
                    return refusal;
                row.Revision++;
                await audit.AppendAsync(tx, Chain, actor, token, Entry(happened, row));
                if (row is { State: TemplateState.Published, Channel: TextDraft.Partial })
                    await schedule.EnqueueAsync(tx, new NewWork(PartialPublished.WorkKind, row.Id.ToString("N"), clock.GetUtcNow(), new PublishedPartial(row.Key[TextPartials.Prefix.Length..])), token);
                return row;
            },
            cancellationToken);

    private static Task<TemplateVersion?> LockedAsync(WriteTransaction tx, Guid id, CancellationToken cancellationToken) =>
        tx.Locked<TemplateVersion>("SELECT * FROM templates WHERE id = {0}", id).SingleOrDefaultAsync(cancellationToken);

    private static Refusal? Check(string key, string nameZh, string nameEn, TextDraft text)
    {
        var problems = text.Check().Select(problem => problem with { Field = $"text.{problem.Field}" }).ToList();
        if (!KeyForm().IsMatch(key) || key.Length > 120)
            problems.Add(new FieldProblem("key", "field.template-key"));
        else if (key.StartsWith(TextPartials.Prefix, StringComparison.Ordinal) != (text.Channel == TextDraft.Partial))
            problems.Add(new FieldProblem("key", "field.partial-key"));
        if (string.IsNullOrWhiteSpace(nameZh))
            problems.Add(new FieldProblem("nameZh", "field.required"));
        if (string.IsNullOrWhiteSpace(nameEn))
            problems.Add(new FieldProblem("nameEn", "field.required"));
        if (problems.Count == 0 && Unreadable(text) is { } fault)
            problems.Add(new FieldProblem("text.body", "field.text-finding", fault));
        return problems.Count > 0 ? Refusal.Invalid([.. problems]) : null;
    }

    // Without a hash there is no telling of versions apart, so broken Unicode is not even a draft.
    private static string? Unreadable(TextDraft text)
    {
        try
        {
            TemplateHash.Of(text.Template("text"));
            return null;
        }
        catch (TemplateException fault)
        {
            return fault.Message;
        }
    }

    internal TemplateVersion Row(string key, int version, string nameZh, string nameEn, TextDraft text, string by)
    {
        var now = clock.GetUtcNow();
        var row = new TemplateVersion
        {
            Id = Guid.CreateVersion7(now), Key = key, Channel = text.Channel, Language = text.Language, Version = version,
            NameZh = "", NameEn = "", Purpose = "", Body = "", Variables = "[]", Hash = "", WrittenBy = by,
        };
        Fill(row, nameZh, nameEn, text, by);
        return row;
    }

    private void Fill(TemplateVersion row, string nameZh, string nameEn, TextDraft text, string by)
    {
        var template = text.Template($"{row.Key}/{row.Channel}/{row.Language}");
        (row.NameZh, row.NameEn, row.Purpose) = (nameZh.Trim(), nameEn.Trim(), text.Purpose);
        (row.Title, row.Body, row.Html) = (template.Title, template.Body, template.Html);
        row.Variables = JsonSerializer.Serialize(template.Variables, JsonDefaults.Options);
        row.Hash = TemplateHash.Of(template);
        (row.WrittenBy, row.WrittenAt) = (by, clock.GetUtcNow());
    }

    internal static AuditEntry Entry(string happened, TemplateVersion row) =>
        new(happened, $"{row.Key}/{row.Channel}/{row.Language}", new { row.Version, row.Hash, row.Title, row.Body, row.Html });
}
