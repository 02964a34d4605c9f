using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Demo;

/// <summary>The way of a campaign through the standard SOP, as the demo and the seeding walk it.</summary>
internal sealed class DemoStory(DemoClient client, Guid campaign)
{
    /// <summary>A little past a due time.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <summary>Two hours of time zone lie between Shanghai and Ürümqi, and nothing may be sent there before nine.</summary>
    private static readonly TimeSpan WestMorning = TimeSpan.FromMinutes(65);

    public Guid Campaign => campaign;

    public Task SubmitAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Owner, "write-brief", "submit", token);

    public Task ReviewAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Head, "review-brief", "approve", token);

    public async Task SignAsync(CancellationToken token, params IEnumerable<(DemoPerson Person, string Element)> signers)
    {
        foreach (var (person, element) in signers)
            await client.CompleteAsync(campaign, person, element, "approve", token);
    }

    public static readonly (DemoPerson Person, string Element)[] JointSignOff =
    [
        (DemoPerson.Risk, "risk-sign"), (DemoPerson.Compliance, "compliance-sign"), (DemoPerson.ConsumerProtection, "consumer-protection-sign"), (DemoPerson.Finance, "finance-sign"),
    ];

    public async Task BuildAndTestAsync(CancellationToken token)
    {
        await client.CompleteAsync(campaign, DemoPerson.Configurer, "configure", "done", token);
        await client.CompleteAsync(campaign, DemoPerson.Tester, "test-send", "pass", token);
    }

    public Task LaunchAsync(CancellationToken token) => client.CompleteAsync(campaign, DemoPerson.Launcher, "launch-check", "launch", token);

    /// <summary>Moves the clock to a send and waits until it is complete.</summary>
    public async Task SendAsync(DateTimeOffset at, string phase, CancellationToken token)
    {
        await client.SetClockAsync(at + Moment, token);
        await FinishAsync(at, phase, token);
    }

    /// <summary>
    /// Waits until everything that may go now has gone, then moves on past the quiet hours of customers further west, and waits for the rest.
    /// </summary>
    /// <returns>How many had to wait for their morning.</returns>
    public async Task<long> FinishAsync(DateTimeOffset at, string phase, CancellationToken token)
    {
        // The clock runs on meanwhile: what a killed sender had leased is settled when that lease has passed.
        var started = Stopwatch.GetTimestamp();
        await DemoClient.UntilAsync(
            async () =>
            {
                await client.SetClockAsync(at + Moment + Stopwatch.GetElapsedTime(started), token);
                return await CountAsync(phase, token, "planned", "leased", "unknown") == 0 && await CountAsync(phase, token) > 0;
            },
            $"everything of the {phase} send that may go has gone",
            token);
        var waiting = await CountAsync(phase, token, "deferred");
        await client.SetClockAsync(at + WestMorning, token);
        await DemoClient.UntilAsync(async () => (await ReachoutAsync(phase, token))?.GetProperty("state").GetString() == "completed", $"the {phase} send is complete", token);
        return waiting;
    }

    private async Task<long> CountAsync(string phase, CancellationToken token, params string[] states) =>
        await ReachoutAsync(phase, token) is { } row
            ? row.GetProperty("counts").EnumerateArray().Where(count => states.Length == 0 || states.Contains(count.GetProperty("state").GetString())).Sum(count => count.GetProperty("count").GetInt64())
            : 0;

    private async Task<JsonElement?> ReachoutAsync(string phase, CancellationToken token) =>
        (await client.GetAsync(DemoPerson.Owner, $"/api/v1/campaigns/{campaign}/reachouts", token)).EnumerateArray()
            .Where(row => row.GetProperty("phase").GetString() == phase).Select(row => (JsonElement?)row).FirstOrDefault();

    /// <summary>Results come in, spread over the time since the campaign began: participations, conversions of treated and held out, and what it cost.</summary>
    /// <param name="matched">The customers who match the rule; who of them is held out follows from the campaign.</param>
    public async Task ReportAsync(IEnumerable<DemoCustomer> matched, int converted, int ofHoldout, DateTimeOffset from, DateTimeOffset to, CancellationToken token)
    {
        DateTimeOffset Spread(int i, int count) => from + ((to - from) * (i + 1) / (count + 1));
        var ranked = matched.OrderBy(customer => HoldoutRank.Of(campaign, customer.ExternalId)).ToList();
        var claimed = ranked.Skip(DemoCampaign.Holdout).Take(converted * 4).ToList();
        var events = new List<object>();
        events.AddRange(claimed.Select((customer, i) => Event("claim", "participation", customer, null, Spread(i, converted * 4))));
        events.AddRange(Converters(claimed, converted).Select((customer, i) => Event("loan", "conversion", customer, 8_600m, Spread(i, converted))));
        events.AddRange(ranked.Take(ofHoldout).Select((customer, i) => Event("loan", "conversion", customer, 8_600m, Spread(i, ofHoldout))));
        events.Add(new { id = $"{campaign:N}-cost", kind = "cost", campaignId = campaign, value = 1_240m });
        foreach (var batch in events.Chunk(500))
            await client.PostAsync(DemoPerson.Configurer, "/api/v1/events/batch", new { events = batch }, token);
    }

    /// <summary>
    /// Those who borrow: a third of grade C, about its share of the audience. Drawn by rank alone they may be so many that the
    /// guardrail pauses the campaign.
    /// </summary>
    internal static IEnumerable<DemoCustomer> Converters(IReadOnlyCollection<DemoCustomer> claimed, int count)
    {
        var chosen = claimed.Where(customer => customer.RiskGrade == "C").Take(count / 3)
            .Concat(claimed.Where(customer => customer.RiskGrade != "C").Take(count - (count / 3))).ToHashSet();
        return claimed.Where(chosen.Contains);
    }

    /// <summary>One of the treated complains.</summary>
    public Task ComplainAsync(IEnumerable<DemoCustomer> matched, DateTimeOffset at, CancellationToken token) =>
        client.PostAsync(DemoPerson.Configurer, "/api/v1/events", Event("hotline", "complaint", matched.OrderBy(customer => HoldoutRank.Of(campaign, customer.ExternalId)).Last(), null, at), token);

    /// <summary>The retrospective is written and confirmed.</summary>
    public async Task CloseAsync(CancellationToken token)
    {
        await client.CompleteAsync(campaign, DemoPerson.Owner, "write-retrospective", "submit", token, fill: data =>
        {
            data["goal"] = "目标按去年同期与老客规模测算,口径清楚";
            data["result"] = "达成目标的七成多;与对照组的差异尚不显著,不能据此认定券有效";
            data["highlights"] = "引爆期两小时内领券过百;全程没有投诉";
            data["shortfalls"] = "收尾期触达后新增借款很少";
            data["funnelLoss"] = "领券到借款流失最多,约四分之三领券未用";
            data["internalCauses"] = "活动页利率说明靠后,客户需要自己找";
            data["externalCauses"] = "同期有同业提额活动";
            data["skipsAndComplaints"] = "跳过主要因为没有授权渠道;投诉为零";
            data["actions"] = "活动页前置利率说明,林夏,下次活动前;补采企微授权,许岚,年内";
            data["attendees"] = "林夏、陈立、周衡、沈宁、许岚";
            data["start"] = "提前一周核对客服话术";
            data["continue"] = "按实际应付利息抵扣,避免提前还款套利";
            data["stop"] = "引爆期集中在同一小时发送";
            data["lessons"] = "利息券对 61–120 天未借款客户更有效";
            data["tags"] = "会员日,利息券,老客";
        });
        await client.CompleteAsync(campaign, DemoPerson.Head, "confirm-retrospective", "close", token);
        await DemoClient.UntilAsync(async () => (await client.PageAsync(campaign, token)).GetProperty("status").GetString() == "closed", "the campaign is closed", token);
    }

    private object Event(string name, string kind, DemoCustomer customer, decimal? value, DateTimeOffset at) =>
        new { id = $"{campaign:N}-{name}-{customer.Number}", kind, campaignId = campaign, customer = customer.ExternalId, name, value, at, attributes = new Dictionary<string, string> { ["risk_grade"] = customer.RiskGrade } };

    public static DateTimeOffset PhaseAt(Brief brief, Phase phase)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(brief.TimeZone);
        var local = phase.Date.ToDateTime(phase.Time);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
