using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Work that people do by hand: a task that asks for a proof, after which the ledger says delivered.</summary>
public sealed class ManualChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_live_manual_account_makes_a_task_and_its_proof_delivers_the_messages(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect, ByHand);
        var brief = ByHand(Story.Brief(story.Host));
        await new ReachoutBed(story.Host.Services).AddCustomersAsync(20, Match);
        await AddAccountAsync(story);
        await story.ReachLaunchCheckAsync();
        await story.CompleteAsync("launch-check", "launch");
        await story.UntilStageAsync("monitoring", brief.InstantOf(brief.Phases[0].Date, brief.Phases[0].Time));
        var sent = await story.UntilSentAsync();

        // 20 matched, 2 of them held out by lot; 3 of the 20 gave no consent.
        var reached = sent.Where(row => row.GetProperty("state").GetString() == "accepted").Sum(row => row.GetProperty("count").GetInt64());
        Assert.InRange(reached, 15, 17);
        Assert.Equal(18, sent.Sum(row => row.GetProperty("count").GetInt64()));
        var id = await story.TaskAsync("manual-work");
        var form = await story.GetAsync("lin", $"/api/v1/tasks/{id}/form");
        Assert.Contains("贴海报并当面介绍", form.ToString(), StringComparison.Ordinal);
        var list = await (await story.AsAsync("lin")).GetStringAsync($"/api/v1/tasks/{id}/customers", Token);
        Assert.Equal(reached + 1, list.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        using var stranger = await (await story.AsAsync("zhou")).GetAsync($"/api/v1/tasks/{id}/customers", Token);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);

        using var withoutProof = await story.PostAsync("lin", $"/api/v1/tasks/{id}/completion", new { data = new { doneBy = "南京西路网点 王", doneAt = "2026-12-05" } });
        using var unknownFile = await story.PostAsync("lin", $"/api/v1/tasks/{id}/completion", new { data = new { doneBy = "王", doneAt = "2026-12-05", files = new[] { new string('a', 64) } } });
        using var byOther = await story.PostAsync("zhou", $"/api/v1/tasks/{id}/completion", new { data = new { doneBy = "王", doneAt = "2026-12-05", proof = "x" } });
        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden], new[] { withoutProof, unknownFile, byOther }.Select(reply => reply.StatusCode));

        var photo = await story.UploadAsync("lin", "网点照片.png", "image/png", [0x89, 0x50, 0x4E, 0x47, .. Encoding.UTF8.GetBytes("poster")]);
        using var done = await story.PostAsync("lin", $"/api/v1/tasks/{id}/completion", new { outcome = "done", data = new { doneBy = "南京西路网点 王", doneAt = "2026-12-05", files = new[] { photo.Sha256 } } });
        using var again = await story.PostAsync("lin", $"/api/v1/tasks/{id}/completion", new { data = new { doneBy = "王", doneAt = "2026-12-05", proof = "x" } });
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        await Eventually.HoldsAsync(
            async () => (await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/ledger")).EnumerateArray().Where(row => row.GetProperty("state").GetString() == "delivered").Sum(row => row.GetProperty("count").GetInt64()) == reached,
            "the ledger says delivered");
        var audit = await story.GetAsync("qian", $"/api/v1/campaigns/{story.Id}/audit");
        Assert.Contains("manual-work-done", audit.ToString(), StringComparison.Ordinal);
        var exported = Assert.Single(audit.EnumerateArray(), row => row.GetProperty("type").GetString() == "data-exported");
        Assert.Equal(("lin", "task-customers", reached.ToString(System.Globalization.CultureInfo.InvariantCulture)), (exported.GetProperty("actor").GetString(), exported.GetProperty("subject").GetString(), exported.GetProperty("data").GetProperty("rows").GetString()));
    }

    private static async Task AddAccountAsync(Story story)
    {
        using var made = await story.PostAsync("pan", "/api/v1/channel-accounts", new
        {
            name = "网点", provider = "manual", signatureZh = "【禾光消费金融】", settings = new { place = "branch", role = "owner", instructions = "贴海报并当面介绍", proof = "照片", dueWorkingDays = 2 },
        });
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync(Token));
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var asked = await story.PostAsync("pan", $"/api/v1/channel-accounts/{id}/live-request");
        using var bySame = await story.PostAsync("pan", $"/api/v1/channel-accounts/{id}/live-approval");
        using var agreed = await story.PostAsync("xu", $"/api/v1/channel-accounts/{id}/live-approval");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.OK), (asked.StatusCode, bySame.StatusCode, agreed.StatusCode));
    }

    private static Brief ByHand(Brief brief) => brief with
    {
        Phases = [.. brief.Phases.Take(1).Select(phase => phase with
        {
            Channels = ["manual"],
            Texts = [new MessageText { Channel = "manual", Language = "zh-CN", Body = "{{sig}}会员日{{start}}开始,老客可领首期利息8折券(最高减60元,限量300张)。请理性借贷。{{rate}}{{out}}" }],
        })],
    };

    private static void Match(int index, Customer customer)
    {
        if (index <= 3)
            customer.ConsentBits = 0;
        customer.Attributes = """
            {"age":35,"student":false,"credit_status":"active","available_limit":20000,"overdue_days":0,"max_overdue_days_12m":0,"days_since_last_loan":90,
             "risk_grade":"B","lender_count":1,"open_complaint":false,"profiling_consent":true,"converted":false}
            """;
    }
}
