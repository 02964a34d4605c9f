using System.Text.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Tests.Reachouts;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class WorstCaseTests
{
    [Theory, ClassData(typeof(Dialects))]
    public async Task A_rule_that_matches_nobody_yet_is_bounded_by_its_ceiling_not_by_nothing(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);

        Assert.Equal((18_000m, "MEDIUM"), await RatedAsync(story));   // 300 coupons of 60, fewer than the ceiling of 3,000

        await new ReachoutBed(story.Host.Services).AddCustomersAsync(7, Match);
        Assert.Equal((420m, "MEDIUM"), await RatedAsync(story));      // 7 customers
    }

    private static async Task<(decimal WorstCase, string? Level)> RatedAsync(Story story)
    {
        var preview = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/submission");
        return (preview.GetProperty("facts").GetProperty("worst_case_cost").GetDecimal(), preview.GetProperty("risk").GetProperty("level").GetString());
    }

    private static void Match(int index, Customer customer) => customer.Attributes = JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["age"] = 35, ["student"] = false, ["credit_status"] = "active", ["available_limit"] = 20_000, ["overdue_days"] = 0, ["max_overdue_days_12m"] = 0, ["days_since_last_loan"] = 90,
        ["risk_grade"] = "B", ["lender_count"] = 1, ["open_complaint"] = false, ["profiling_consent"] = true, ["converted"] = false,
    });
}
