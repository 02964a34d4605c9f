using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class LegalLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_new_rate_cap_refuses_briefs_from_its_day_on_once_a_second_person_published_it(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);
        using var byOwner = await story.PostAsync("lin", "/api/v1/legal-limits", new { name = "rate-cap", from = "2026-11-01", value = 15, source = "x" });
        using var unknown = await story.PostAsync("xu", "/api/v1/legal-limits", new { name = "speed-limit", from = "2026-11-01", value = 15, source = "x" });
        using var made = await story.PostAsync("xu", "/api/v1/legal-limits", new { name = "rate-cap", from = "2026-11-01", value = 15, source = "新口径" });
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created], new[] { byOwner, unknown, made }.Select(reply => reply.StatusCode));
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        Assert.Equal(20m, await RateCapAsync(story));

        using var bySame = await story.PostAsync("xu", $"/api/v1/legal-limits/{id}/publication");
        using var published = await story.PostAsync("zhou", $"/api/v1/legal-limits/{id}/publication");
        using var again = await story.PostAsync("wei", $"/api/v1/legal-limits/{id}/publication");
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Conflict], new[] { bySame, published, again }.Select(reply => reply.StatusCode));

        Assert.Equal(15m, await RateCapAsync(story));
        using var submitted = await story.TryCompleteAsync("write-brief", "submit");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, submitted.StatusCode);
        Assert.Contains("15", await submitted.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => story.Host.Database.WriteAsync((tx, _) => tx.Connection.ExecuteAsync("DELETE FROM legal_limits", transaction: tx.Transaction), Token));
    }

    private static async Task<decimal> RateCapAsync(Story story) =>
        (await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/submission")).GetProperty("facts").GetProperty("rate_cap").GetDecimal();
}
