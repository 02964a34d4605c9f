using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Scheduling;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>A question that waits for a person: what it is about, and the answers there are.</summary>
public sealed record QuestionView(Guid Id, string Kind, string Subject, string Message, IReadOnlyList<string> Choices, DateTimeOffset RaisedAt);

/// <summary>What a campaign's money for messages has come to, in yuan.</summary>
/// <param name="IsConfirmations">Confirmations of opt-outs that followed the campaign's messages: counted here, in no bucket, and refused by none.</param>
public sealed record BudgetView(string Name, decimal? Amount, decimal Reserved, decimal Spent, decimal? Left, DateTimeOffset? ExhaustedAt, bool IsConfirmations = false);

/// <summary>Questions of a campaign's sending and its money: what its owner answers and watches.</summary>
internal static class QuestionEndpoints
{
    private const decimal Micros = 1_000_000m;

    extension(RouteGroupBuilder campaign)
    {
        public void MapQuestions()
        {
            campaign.MapGet("/questions", async (Guid id, Incidents incidents, CancellationToken token) => (await incidents.QuestionsAsync(id, token)).Select(View)).RequireRole().WithName("ListQuestions");
            campaign.MapPost("/questions/{question:guid}/answer", AnswerAsync).RequireRole(Role.Owner, Role.BusinessHead, Role.Platform).WithName("AnswerQuestion");
            campaign.MapGet("/budgets", async (Guid id, Database database, CancellationToken token) => await BudgetsAsync(id, database, token)).RequireRole().WithName("ListMessageBudgets");
        }
    }

    /// <summary>The buckets of a campaign, the whole first; last what its confirmations of opt-outs cost, where there were any.</summary>
    public static async Task<IReadOnlyList<BudgetView>> BudgetsAsync(Guid campaignId, Database database, CancellationToken cancellationToken)
    {
        var (rows, uses, confirmations) = await database.ReadAsync(
            async (db, token) => (
                await db.MessageBudgets.Where(row => row.CampaignId == campaignId).OrderBy(row => row.Name).ToListAsync(token),
                await MessageBudgets.Uses(db, [campaignId]).ToDictionaryAsync(use => use.Name, token),
                await ConfirmationCosts.OfCampaignsAsync(db, [campaignId], token)),
            cancellationToken);
        var views = rows.ConvertAll(row => View(row, uses[row.Name]));
        if (confirmations.TryGetValue(campaignId, out var sent))
            views.Add(new BudgetView("", null, sent.Reserved / Micros, sent.Spent / Micros, null, null, IsConfirmations: true));
        return views;
    }

    private static BudgetView View(MessageBudget bucket, BudgetUse use) =>
        new(bucket.Name, bucket.Amount / Micros, use.Reserved / Micros, use.Spent / Micros, (bucket.Amount - use.Reserved - use.Spent) / Micros, bucket.ExhaustedAt);

    /// <summary>Null: this person may answer the campaign's questions.</summary>
    public static async Task<Refusal?> RefuseAsync(Guid campaignId, Database database, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var campaign = await database.ReadAsync((db, token) => db.Campaigns.SingleOrDefaultAsync(row => row.Id == campaignId, token), cancellationToken);
        if (campaign is null)
            return Refusal.NotFound(campaignId.ToString());
        return campaign.Owner == actor.UserName || actor.IsAny(Role.BusinessHead, Role.Platform) ? null : Refusal.Forbidden(texts["error.not-your-campaign"]);
    }

    private static QuestionView View(Incident row) => new(row.Id, row.Kind, row.Subject, row.Message, row.Choices!.Split(' '), row.RaisedAt);

    private static async Task<IResult> AnswerAsync(Guid id, Guid question, QuestionAnswer body, Incidents incidents, Database database, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        await RefuseAsync(id, database, actor, texts, cancellationToken) is { } refusal
            ? refusal.ToProblem(texts)
            : (await incidents.AnswerAsync(question, id, body.Answer ?? "", body.Reason, actor, cancellationToken)).ToNoContent(texts);
}
