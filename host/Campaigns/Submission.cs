using System.Text.Json;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Host.Campaigns;

/// <summary>Why a brief may not be submitted. From the decision <c>campaign-refusals</c>, or because something is missing.</summary>
public sealed record SubmissionFinding(string Code, string Zh, string En);

/// <summary>What would happen on submission now.</summary>
/// <param name="Risk">Result of <c>campaign-risk</c>: level and signers.</param>
/// <param name="RiskRule">The row that fired.</param>
public sealed record SubmissionPreview(IReadOnlyList<SubmissionFinding> Refusals, JsonElement? Risk, MatchedRule? RiskRule, IReadOnlyDictionary<string, object?> Facts);

/// <summary>Checks at submission: the brief is complete, and no refusal applies. Runs with write-brief, outcome submit.</summary>
public sealed class Submission(CampaignFactReader facts, DefinitionLibrary library, LinkTargets targets, Texts texts, BusinessClock clock) : ITaskRule
{
    public const string RefusalsDecision = "campaign-refusals";
    public const string RiskDecision = "campaign-risk";

    public bool AppliesTo(TaskCompletion completion) => completion.Task.ElementId == CampaignElements.WriteBrief && completion.Outcome == CampaignElements.Submit;

    public async Task<Refusal?> BeforeAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        var campaign = completion.Instance.Campaign;
        await facts.StoreAsync(tx, campaign, campaign.Brief(), cancellationToken);
        var findings = await RefusalsAsync(tx.Db, completion.Instance.Row, campaign, cancellationToken);
        return findings.Count == 0 ? null : Refused(findings);
    }

    internal static Refusal Refused(IReadOnlyList<SubmissionFinding> findings) => new("brief-refused", StatusCodes.Status422UnprocessableEntity, findings.Count)
    {
        Problems = [.. findings.Select(found => new FieldProblem(found.Code, "field.refusal", Texts.IsChinese ? found.Zh : found.En))],
    };

    public Task AfterAsync(WriteTransaction tx, TaskCompletion completion, CancellationToken cancellationToken)
    {
        if (completion.Instance.Campaign.Status == CampaignStatus.Draft)
            completion.Instance.Campaign.Status = CampaignStatus.Running;
        return Task.CompletedTask;
    }

    public async Task<SubmissionPreview> PreviewAsync(OrchestratorDb db, InstanceRow instance, Campaign campaign, CancellationToken cancellationToken)
    {
        var read = await facts.ReadAsync(db, campaign.Brief(), cancellationToken);
        campaign.FactsJson = JsonSerializer.Serialize(read, JsonDefaults.Options);   // Of a copy that is not tracked: nothing is stored.
        var definitions = await library.PinAsync(db, instance, campaign.FactsJson, cancellationToken);
        var risk = definitions.Evaluate(RiskDecision, Variables.None);
        return new SubmissionPreview(
            await RefusalsAsync(db, instance, campaign, cancellationToken),
            risk?.Result is null ? null : JsonSerializer.Deserialize<JsonElement>(Variables.Of(("risk", risk.Result)).ToJson()).GetProperty("risk"),
            risk is { MatchedRules: [.., var last] } ? last : null,
            read);
    }

    private async Task<IReadOnlyList<SubmissionFinding>> RefusalsAsync(OrchestratorDb db, InstanceRow instance, Campaign campaign, CancellationToken cancellationToken)
    {
        var definitions = await library.PinAsync(db, instance, campaign.FactsJson, cancellationToken);
        var answer = definitions.Evaluate(RefusalsDecision, Variables.None);
        var findings = new List<SubmissionFinding>([.. Missing(campaign), .. await CodesAsync(db, campaign.Brief(), cancellationToken)]);
        if (answer?.Failure is { } failure)
            findings.Add(new SubmissionFinding("decision-failed", failure, failure));
        if (answer?.Result is IReadOnlyList<object?> list)
            findings.AddRange(list.OfType<IEnumerable<KeyValuePair<string, object?>>>().Select(Read));
        return findings;
    }

    private IEnumerable<SubmissionFinding> Missing(Campaign campaign)
    {
        var brief = campaign.Brief();
        if (brief.Phases.Count == 0)
            yield return Finding("no-phase");
        foreach (var phase in brief.Phases)
        {
            if (phase.Channels.Count == 0)
                yield return Finding("no-channel", phase.Name);
            foreach (var target in phase.Links().Where(target => !targets.Allows(target)))
                yield return Finding("link-target", phase.Name, target);
            foreach (var occasion in phase.Occasions())
            {
                foreach (var channel in occasion.Channels.Where(channel => occasion.Texts.All(text => text.Channel != channel)))
                    yield return Finding("no-text", occasion.Key == phase.Key ? phase.Name : occasion.Key, channel);
            }
            if (campaign.LaunchedAt is null && brief.InstantOf(phase.Date, phase.Time) <= clock.GetUtcNow())
                yield return Finding("phase-in-past", phase.Name, $"{phase.Date:yyyy-MM-dd} {phase.Time:HH\\:mm}");
        }
        if (string.IsNullOrWhiteSpace(brief.BenefitToCompany) || string.IsNullOrWhiteSpace(brief.BenefitToCustomer))
            yield return Finding("no-benefit");
        if (brief.Incentive is { Mechanic: not "none" } && string.IsNullOrWhiteSpace(brief.Rules?.Chinese))
            yield return Finding("no-rules");
        if (brief.Product.Category == "loan" && brief.Product.MaxAnnualRate is null)
            yield return Finding("no-rate");
    }

    /// <summary>Texts that the provider of their account would not know, and accounts that are not there.</summary>
    public async Task<IReadOnlyList<SubmissionFinding>> CodesAsync(OrchestratorDb db, Brief brief, CancellationToken cancellationToken) =>
    [
        .. (await TemplateCodes.MissingAsync(db, brief, cancellationToken)).Select(missing => Finding("no-template-code", missing.Occasion, missing.Channel, missing.Language, missing.Account)),
        .. (await ReachoutAccounts.MissingAsync(db, brief, cancellationToken)).Select(missing => Finding("no-manual-account", missing.Phase, missing.Account)),
    ];

    private SubmissionFinding Finding(string code, params object[] args) =>
        new(code, texts.InLanguage(Texts.Chinese, $"refusal.{code}", args), texts.InLanguage(Texts.English, $"refusal.{code}", args));

    private static SubmissionFinding Read(IEnumerable<KeyValuePair<string, object?>> row)
    {
        var cells = row.ToDictionary(cell => cell.Key, cell => cell.Value?.ToString() ?? "", StringComparer.Ordinal);
        var code = cells.GetValueOrDefault("code", "refused");
        return new SubmissionFinding(code, cells.GetValueOrDefault("zh", code), cells.GetValueOrDefault("en", code));
    }
}
