using System.Net.Http.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;

namespace Orchestrator.Host.Demo;

/// <summary>The demo from launch to the end: three sends, a crash, an opt-out, a breach, a hold, the retrospective.</summary>
internal sealed class DemoRun(DemoClient client, DemoReport report, DemoServer server, DemoStory story, Brief brief, DateOnly today, string password)
{
    private const int Reached = DemoCampaign.Push + DemoCampaign.Wecom + DemoCampaign.Sms + DemoCampaign.Email;
    private const int TreatedConversions = 96;
    private const int HoldoutConversions = 5;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly List<DemoCustomer> ranked = Ranked(story.Campaign, today);

    /// <summary>The first send, with SIGKILL in the middle of it.</summary>
    public async Task WarmUpAsync(CancellationToken token)
    {
        report.Chapter("demo.warm-up");
        await client.SetClockAsync(At(0) + Moment, token);
        await DemoClient.UntilAsync(async () => (await CountsAsync("warm-up", token)).Where(row => row.State is "accepted" or "delivered").Sum(row => row.Count) >= 200, "the first messages are out", token);
        await server.KillAsync();
        client.Reset();
        report.Say("demo.killed");
        await server.StartAsync(token);
        report.Say("demo.west", await story.FinishAsync(At(0), "warm-up", token));
        var counts = await CountsAsync("warm-up", token);
        foreach (var (channel, wanted) in new[] { ("push", DemoCampaign.Push), ("wecom", DemoCampaign.Wecom), ("sms", DemoCampaign.Sms), ("email", DemoCampaign.Email) })
            report.Equal($"demo.sent-{channel}", wanted, (int)Out(counts.Where(row => row.Channel == channel)));
        report.Equal("demo.no-channel", DemoCampaign.NoConsentedChannel, (int)Skipped(counts, "noConsentedChannel"));
        report.Equal("demo.suppressed", DemoCampaign.Suppressed, (int)Skipped(counts, "suppressed"));
        report.Equal("demo.adds-up", DemoCampaign.Treated, (int)counts.Sum(row => row.Count));
        report.Equal("demo.twice", 0L, DemoProof.MessagedTwice(server.DatabaseFile));
        report.Equal("demo.lost", (long)Reached, DemoProof.Messaged(server.DatabaseFile));
    }

    /// <summary>One customer replies R; the next send leaves them out. Then complaints.</summary>
    public async Task BurstAsync(CancellationToken token)
    {
        report.Chapter("demo.burst");
        await ReplyAsync(Members.First(customer => DemoCampaignFit.ClassOf(customer) == "sms"), token);
        await story.SendAsync(At(1), "burst", token);
        var counts = await CountsAsync("burst", token);
        report.Equal("demo.after-reply", Reached - 1, (int)Out(counts));
        report.Equal("demo.adds-up", DemoCampaign.Treated, (int)counts.Sum(row => row.Count));
        await SendEventsAsync(Members.Skip(100).Take(4).Select((customer, i) => Event($"complaint-{i}", "complaint", customer)), token);
        await client.TaskAsync(story.Campaign, "handle-breach", token);
        report.Equal("demo.breach", "paused", (await client.PageAsync(story.Campaign, token)).GetProperty("status").GetString());
        await client.CompleteAsync(story.Campaign, DemoPerson.Risk, "handle-breach", "resume", token, reason: "投诉集中于同一批次,已逐一回访,原因已消除");
        await client.CompleteAsync(story.Campaign, DemoPerson.Compliance, "handle-breach", "resume", token, reason: "话术与规则无误,同意恢复");
    }

    /// <summary>A compliance stop before the last send, lifted by somebody else.</summary>
    public async Task ClosingAsync(CancellationToken token)
    {
        report.Chapter("demo.closing");
        var scope = $"campaign:{story.Campaign}";
        var held = await client.PostAsync(DemoPerson.Compliance, "/api/v1/holds", new { scope, reason = "核实客服话术" }, token);
        report.Equal("demo.held", 0L, held.GetProperty("inFlight").GetInt64());
        await client.SetClockAsync(At(2) + Moment, token);
        await DemoClient.UntilAsync(async () => (await CountsAsync("closing", token)).Sum(row => row.Count) == DemoCampaign.Treated, "the closing send is planned", token);
        report.Equal("demo.nothing-out", 0L, Out(await CountsAsync("closing", token)));
        await client.PostAsync(DemoPerson.ConsumerProtection, "/api/v1/holds/lift", new { scope, reason = "话术已核实" }, token);
        await story.FinishAsync(At(2), "closing", token);
        report.Equal("demo.lifted", Reached - 1, (int)Out(await CountsAsync("closing", token)));
        var converted = Members.Where(customer => DemoCampaignFit.ClassOf(customer) is not "suppressed").Skip(200).Take(TreatedConversions);
        await SendEventsAsync(converted.Select(customer => Event($"loan-{customer.Number}", "conversion", customer)), token);
        await SendEventsAsync(ranked.Take(HoldoutConversions).Select(customer => Event($"loan-{customer.Number}", "conversion", customer)), token);
        await SendEventsAsync([new { id = "coupons", kind = "cost", campaignId = story.Campaign, value = 1_440m }, new { id = "messages", kind = "cost", campaignId = story.Campaign, value = 180m }], token);
    }

    public async Task RetrospectiveAsync(CancellationToken token)
    {
        report.Chapter("demo.retrospective");
        await client.SetClockAsync(At(2) + TimeSpan.FromDays(12), token);
        await client.TaskAsync(story.Campaign, "write-retrospective", token);
        var draft = await client.GetAsync(DemoPerson.Owner, $"/api/v1/campaigns/{story.Campaign}/retrospective", token);
        report.Holds("demo.not-significant", draft.GetRawText().Contains("差异不显著", StringComparison.Ordinal), draft.GetRawText());
        await story.CloseAsync(token);
        report.Holds("demo.closed", true);
        await client.SetClockAsync(At(1) + TimeSpan.FromDays(40), token);
        await client.CompleteAsync(story.Campaign, DemoPerson.Risk, "look-back", "recorded", token);
        report.Holds("demo.look-back", true);
        var verdict = await client.GetAsync(DemoPerson.Auditor, $"/api/v1/campaigns/{story.Campaign}/audit/verification", token);
        report.Holds("demo.verified", verdict.GetProperty("isIntact").GetBoolean(), verdict.GetRawText());
    }

    private IEnumerable<DemoCustomer> Members => ranked.Skip(DemoCampaign.Holdout);

    private DateTimeOffset At(int phase) => DemoStory.PhaseAt(brief, brief.Phases[phase]);

    private async Task<IReadOnlyList<Row>> CountsAsync(string phase, CancellationToken token) =>
        [.. (await client.GetAsync(DemoPerson.Owner, $"/api/v1/campaigns/{story.Campaign}/ledger", token)).EnumerateArray()
            .Where(row => row.GetProperty("phase").GetString() == phase)
            .Select(row => new Row(row.GetProperty("channel").GetString(), row.GetProperty("state").GetString()!, row.GetProperty("reason").GetString()!, row.GetProperty("count").GetInt64()))];

    private async Task ReplyAsync(DemoCustomer customer, CancellationToken token)
    {
        var account = (await client.GetAsync(DemoPerson.Configurer, "/api/v1/channel-accounts", token)).EnumerateArray().Single(row => row.GetProperty("name").GetString() == DemoAccounts.SmsName);
        using var carrier = new HttpClient { BaseAddress = server.Address };
        using var reply = await carrier.PostAsJsonAsync(
            $"/api/v1/callbacks/http-gateway/{account.GetProperty("id").GetString()}/{DemoAccounts.CallbackSecret(password)}",
            new { mo = new[] { new { mobile = customer.Phone, content = "R" } } }, token);
        report.Holds("demo.reply", reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(token));
        await DemoClient.UntilAsync(
            async () => (await client.GetAsync(DemoPerson.ConsumerProtection, $"/api/v1/customers/{customer.ExternalId}", token)).GetRawText().Contains("\"granted\":false", StringComparison.Ordinal),
            "the reply has opted the customer out",
            token);
    }

    private object Event(string id, string kind, DemoCustomer customer) => new { id, kind, campaignId = story.Campaign, customer = customer.ExternalId };

    private Task<System.Text.Json.JsonElement> SendEventsAsync(IEnumerable<object> events, CancellationToken token) =>
        client.PostAsync(DemoPerson.Configurer, "/api/v1/events/batch", new { events }, token);

    private static long Out(IEnumerable<Row> counts) => counts.Where(row => row.State is "accepted" or "delivered").Sum(row => row.Count);

    private static long Skipped(IEnumerable<Row> counts, string reason) => counts.Where(row => row.State == "skipped" && row.Reason == reason).Sum(row => row.Count);

    /// <summary>The matched customers, the held out first.</summary>
    private static List<DemoCustomer> Ranked(Guid campaign, DateOnly today)
    {
        ulong Rank(DemoCustomer customer) => (ulong)HoldoutRank.Of(campaign, customer.ExternalId);
        return [.. DemoCustomers.Generate(today, Rank).Where(DemoCampaign.Matches).OrderBy(Rank)];
    }

    private sealed record Row(string? Channel, string State, string Reason, long Count);
}
