using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Retrospectives;

/// <summary>Service task <c>draft-retrospective</c>: writes down what the data say, no more than they do.</summary>
public sealed class RetrospectiveDraft(IEnumerable<ICampaignFigures> figures, Texts texts, AuditChain audit, BusinessClock clock) : IServiceTask
{
    public string Type => "draft-retrospective";

    public async Task<ServiceTaskResult> RunAsync(WriteTransaction tx, ServiceTaskContext context, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(tx.Db, context.Campaign, context.Brief, cancellationToken);
        var json = JsonSerializer.Serialize(draft, JsonDefaults.Options);
        if (await tx.Db.Retrospectives.SingleOrDefaultAsync(row => row.CampaignId == context.CampaignId, cancellationToken) is { } row)
            (row.ContentJson, row.State, row.Version) = (json, RetrospectiveState.Drafted, row.Version + 1);
        else
            tx.Db.Add(new RetrospectiveRow { CampaignId = context.CampaignId, State = RetrospectiveState.Drafted, ContentJson = json, DraftedAt = clock.GetUtcNow() });
        await audit.AppendAsync(tx, AuditChain.ForCampaign(context.CampaignId), Actor.System, cancellationToken, new AuditEntry("retrospective-drafted", null, new { draft.Target, draft.Figures?.Actual, draft.PValue, draft.IsSignificant }));
        return ServiceTaskResult.Nothing;
    }

    public async Task<Retrospective> DraftAsync(OrchestratorDb db, Campaign campaign, Brief brief, CancellationToken cancellationToken)
    {
        Figures? found = null;
        foreach (var source in figures)
            found = await source.ReadAsync(db, campaign.Id, cancellationToken) ?? found;
        return Compose(brief, found, await LastLikeAsync(db, campaign, cancellationToken));
    }

    internal Retrospective Compose(Brief brief, Figures? found, LikeCampaign? last)
    {
        var verdict = found is null ? null : Significance.Compare(found.Treated, found.Holdout);
        var incremental = found is { Holdout.Rate: { } rate } ? found.Treated.Converted - (rate * found.Treated.Size) : (decimal?)null;
        var draft = new Retrospective
        {
            Metric = brief.Goal.MetricName,
            Target = brief.Goal.Target,
            Baseline = brief.Goal.Baseline,
            Figures = found,
            Attainment = found is null ? null : found.Actual / brief.Goal.Target,
            Incremental = incremental,
            Roi = incremental is { } units && brief.Goal.MarginPerUnit is { } margin && found!.Cost > 0 ? ((units * margin) - found.Cost) / found.Cost : null,
            PValue = verdict?.PValue,
            IsSignificant = verdict?.IsSignificant ?? false,
            Last = last,
        };
        return draft with { Draft = Sentences(brief, draft, verdict) };
    }

    private Dictionary<string, Sentence> Sentences(Brief brief, Retrospective draft, SignificanceVerdict? verdict)
    {
        var sentences = new Dictionary<string, Sentence>(StringComparer.Ordinal)
        {
            ["goal"] = Say("goal", brief.Goal.MetricName, Number(draft.Baseline), Number(draft.Target), brief.Goal.Unit, Number(Math.Round(Pace.PerDay(brief.Goal, brief.Window), 1))),
        };
        if (draft.Figures is not { } found)
        {
            sentences["result"] = Say("no-data");
            return sentences;
        }
        var result = Say("result", Number(found.Actual), brief.Goal.Unit, Percent(draft.Attainment), Number(found.Treated.Converted), Number(found.Treated.Size), Percent(found.Treated.Rate), Number(found.Holdout.Converted), Number(found.Holdout.Size), Percent(found.Holdout.Rate));
        var honest = verdict switch
        {
            { PValue: null } => Say("no-holdout"),
            { IsSignificant: true, PValue: var p } => Say("significant", P(p)),
            { IsTooSmall: true, PValue: var p } => Say("too-small", P(p)),
            var other => Say("not-significant", P(other!.PValue)),
        };
        var last = draft.Last is { } like ? Say("last", like.Code, like.Name, Number(like.Target), like.Actual is { } actual ? Number(actual) : "–") : Say("no-last");
        sentences["result"] = Join(result, honest, last);
        sentences["funnelLoss"] = Say("funnel", Number(found.Treated.Size), Number(Sum(found.Messages)), Number(found.Messages.GetValueOrDefault("delivered")), Number(found.Participants), Number(found.Treated.Converted));
        sentences["skipsAndComplaints"] = Join(
            new Sentence(texts.InLanguage(Texts.Chinese, "retrospective.draft.skips", Number(Sum(found.Skips)), Skips(found, Texts.Chinese)), texts.InLanguage(Texts.English, "retrospective.draft.skips", Number(Sum(found.Skips)), Skips(found, Texts.English))),
            Say("complaints", found.Complaints, found.OptOuts, found.Trips));
        return sentences;
    }

    // "无授权渠道 540、禁发名单 222": the words of the ledger's own page.
    private string Skips(Figures found, string language) => found.Skips.Count == 0 ? "–" : string.Join(
        language == Texts.Chinese ? "、" : ", ",
        found.Skips.OrderByDescending(skip => skip.Value).Select(skip => $"{texts.InLanguage(language, $"not-sent.{skip.Key.Replace("-", "", StringComparison.Ordinal)}")} {Number(skip.Value)}"));

    private static async Task<LikeCampaign?> LastLikeAsync(OrchestratorDb db, Campaign campaign, CancellationToken cancellationToken)
    {
        var last = await (from other in db.Campaigns.AsNoTracking()
                          join row in db.Retrospectives.AsNoTracking() on other.Id equals row.CampaignId
                          where other.Id != campaign.Id && other.Objective == campaign.Objective && other.Form == campaign.Form && row.State == RetrospectiveState.Confirmed
                          orderby other.ClosedAt descending
                          select new { other.Id, other.Code, other.Name, row.ContentJson }).FirstOrDefaultAsync(cancellationToken);
        if (last is null)
            return null;
        var content = JsonSerializer.Deserialize<Retrospective>(last.ContentJson, JsonDefaults.Options)!;
        return new LikeCampaign(last.Id, last.Code, last.Name, content.Target, content.Figures?.Actual);
    }

    private Sentence Say(string key, params object?[] args) =>
        new(texts.InLanguage(Texts.Chinese, $"retrospective.draft.{key}", args), texts.InLanguage(Texts.English, $"retrospective.draft.{key}", args));

    private static Sentence Join(params IReadOnlyList<Sentence> parts) => new(string.Concat(parts.Select(part => part.Zh)), string.Join(" ", parts.Select(part => part.En)));

    private static long Sum(IReadOnlyDictionary<string, long> counts) => counts.Values.Sum();

    private static string Number(decimal value) => value.ToString("#,##0.##", CultureInfo.InvariantCulture);

    private static string Percent(decimal? value) => value is { } rate ? (rate * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "–";

    private static string P(double? value) => value < 0.001 ? "<0.001" : value!.Value.ToString("0.00#", CultureInfo.InvariantCulture);
}
