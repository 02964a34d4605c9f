using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class BriefTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Ten_yi_in_thirty_days_is_paced_at_3333_wan_a_day()
    {
        var goal = new Goal { Metric = "loan-amount", MetricName = "放款额", Target = 1_000_000_000 };

        var pace = Pace.PerDay(goal, new DateWindow(new(2026, 6, 1), new(2026, 6, 30)));

        Assert.Equal(("3,333万", "33.33 million"), (Pace.Text(pace, chinese: true), Pace.Text(pace, chinese: false)));
    }

    [Fact]
    public void Ninety_six_in_twelve_days_is_paced_at_eight_a_day() =>
        Assert.Equal("8.0", Pace.Text(Pace.PerDay(new Goal { Metric = "m", MetricName = "m", Target = 96 }, new DateWindow(new(2026, 12, 8), new(2026, 12, 19))), chinese: true));

    [Fact]
    public async Task The_31st_of_June_is_refused_with_the_field_named_and_nothing_is_created()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var brief = JsonSerializer.SerializeToNode(Story.Brief(story.Host), JsonDefaults.Options)!;
        brief["window"]!["end"] = "2026-06-31";

        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new JsonObject { ["brief"] = brief.DeepClone() });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        var error = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0];
        Assert.Equal("window.end", error.GetProperty("field").GetString());
        Assert.Contains("2026-06-31", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await story.GetAsync("lin", "/api/v1/campaigns")).GetArrayLength());
    }

    [Fact]
    public async Task Unknown_missing_and_mistyped_members_are_named()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        Assert.Equal("audience.ruel", await FirstFieldAsync(story, brief => brief["audience"]!["ruel"] = "true"));
        Assert.Equal("goal.target", await FirstFieldAsync(story, brief => brief["goal"]!["target"] = "many"));
        Assert.Equal("goal.metricName", await FirstFieldAsync(story, brief => ((JsonObject)brief["goal"]!).Remove("metricName")));
        Assert.Equal("audience.rule", await FirstFieldAsync(story, brief => brief["audience"]!["rule"] = "age in ["));
        Assert.Equal("phases[1].time", await FirstFieldAsync(story, brief => brief["phases"]![1]!["time"] = "25:00"));
        Assert.Equal("objective", await FirstFieldAsync(story, brief => brief["objective"] = "world-peace"));
        Assert.Equal("phases[0].channels", await FirstFieldAsync(story, brief => (brief["phases"]![0]!["purpose"], brief["phases"]![0]!["channels"]) = ("servicing", new JsonArray("oa-template"))));
    }

    [Fact]
    public async Task Null_where_there_must_be_something_is_named()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        foreach (var list in new[] { "phases", "guardrails", "attachments" })
            Assert.Equal(list, await FirstFieldAsync(story, brief => brief[list] = null));
        Assert.Equal("limits.channels", await FirstFieldAsync(story, brief => brief["limits"]!["channels"] = null));
        Assert.Equal("goal.metric", await FirstFieldAsync(story, brief => brief["goal"]!["metric"] = null));
        Assert.Equal("goal", await FirstFieldAsync(story, brief => brief["goal"] = null));
        Assert.Equal("limits.channels[0]", await FirstFieldAsync(story, brief => brief["limits"]!["channels"] = new JsonArray((JsonNode?)null)));
        Assert.Equal("phases[0].texts[0]", await FirstFieldAsync(story, brief => brief["phases"]![0]!["texts"] = new JsonArray((JsonNode?)null)));
        Assert.Equal("phases[1]", await FirstFieldAsync(story, brief => brief["phases"]![1] = null));
    }

    [Fact]
    public async Task Two_editors_at_once_one_is_told_that_it_changed()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var client = await story.AsAsync("lin");
        var brief = Story.Brief(story.Host);

        using var unconditional = await client.PutAsJsonAsync($"/api/v1/campaigns/{story.Id}/brief", brief, JsonDefaults.Options, Token);
        using var first = await story.EditAsync(old => old with { Summary = "one" });
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/campaigns/{story.Id}/brief") { Content = JsonContent.Create(brief, options: JsonDefaults.Options) };
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        using var stale = await client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.PreconditionRequired, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (unconditional.StatusCode, first.StatusCode, stale.StatusCode));
    }

    [Theory]
    [InlineData("student = false and age >= 22", true, 22)]
    [InlineData("(age in [25..55] and student = false) and overdue_days = 0", true, 25)]
    [InlineData("age between 30 and 40 and not(student)", true, 30)]
    [InlineData("student = false or age >= 22", false, null)]
    [InlineData("age >= 18", false, 18)]
    public void What_a_rule_keeps_out_is_proved_from_its_text(string rule, bool students, int? minAge)
    {
        var audience = new AudienceRule { Rule = rule };

        Assert.Equal(students, AudienceProof.ExcludesStudents(audience));
        Assert.Equal((decimal?)minAge, AudienceProof.MinAge(audience));
    }

    [Fact]
    public async Task Refusals_block_submission_and_are_named()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, brief => brief with
        {
            Product = brief.Product with { MaxAnnualRate = 23.9m },
            Audience = brief.Audience with { Rule = "age >= 17", Exclusion = null },
            Budget = new Budget { Lines = [new("优惠券", 10_000)] },
        });

        using var refused = await story.TryCompleteAsync("write-brief", "submit");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var codes = (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).ToList();
        var preview = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/submission");
        Assert.True(codes.Count >= 4, string.Join(", ", codes));
        Assert.Equal(codes, preview.GetProperty("refusals").EnumerateArray().Select(found => found.GetProperty("code").GetString()));
        Assert.Equal(["write-brief"], await story.OpenTasksAsync());
    }

    [Fact]
    public async Task The_risk_decision_is_shown_with_the_row_that_fires()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        var preview = await story.GetAsync("lin", $"/api/v1/campaigns/{story.Id}/submission");

        Assert.Equal("MEDIUM", preview.GetProperty("risk").GetProperty("level").GetString());
        Assert.Equal(7, preview.GetProperty("riskRule").GetProperty("ruleNumber").GetInt32());
        Assert.Empty(preview.GetProperty("refusals").EnumerateArray());
        Assert.Equal(60, preview.GetProperty("facts").GetProperty("reward_cap").GetDecimal());
    }

    [Fact]
    public async Task A_clone_moves_every_date_with_the_window()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);

        using var reply = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/clone", new { start = "2027-03-02", name = "三月会员日" });
        using var impossible = await story.PostAsync("lin", $"/api/v1/campaigns/{story.Id}/clone", new { start = "2027-02-30" });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity), (reply.StatusCode, impossible.StatusCode));
        var id = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        var brief = (await story.GetAsync("lin", $"/api/v1/campaigns/{id}")).GetProperty("brief");
        Assert.Equal(("三月会员日", "2027-03-13", "2027-02-27"), (brief.GetProperty("name").GetString(), brief.GetProperty("window").GetProperty("end").GetString(), brief.GetProperty("phases")[0].GetProperty("date").GetString()));
    }

    [Fact]
    public async Task Files_of_other_kinds_or_with_other_content_are_refused()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var client = await story.AsAsync("lin");

        foreach (var (type, bytes) in new[] { ("text/html", "<script>"u8.ToArray()), ("image/png", "<script>"u8.ToArray()), ("image/png", []) })
        {
            using var form = new MultipartFormDataContent();
            using var file = new ByteArrayContent(bytes);
            file.Headers.ContentType = new(type);
            form.Add(file, "file", "x.png");
            using var reply = await client.PostAsync("/api/v1/files", form, Token);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        }
    }

    private static async Task<string?> FirstFieldAsync(Story story, Action<JsonNode> change)
    {
        var brief = JsonSerializer.SerializeToNode(Story.Brief(story.Host), JsonDefaults.Options)!;
        change(brief);
        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new JsonObject { ["brief"] = brief.DeepClone() });
        var text = await reply.Content.ReadAsStringAsync(Token);
        Assert.True(reply.StatusCode == HttpStatusCode.UnprocessableEntity, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("errors")[0].GetProperty("field").GetString();
    }
}
