using System.Text.Json;
using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Which hours hold where: jurisdictions, weekdays, holidays, changes of the clock, days on which rules begin.</summary>
public sealed class QuietHourTests
{
    private const string Any = "2020-01-01";
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo Chicago = TimeZoneInfo.FindSystemTimeZoneById("America/Chicago");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-24T00:59:59Z", "2026-11-24T01:00:00Z")]   // 08:59:59 in Shanghai
    [InlineData("2026-11-24T01:00:00Z", null)]
    [InlineData("2026-11-24T12:29:59Z", null)]
    [InlineData("2026-11-24T12:30:00Z", "2026-11-25T01:00:00Z")]
    public void Marketing_goes_out_from_nine_to_half_past_eight(string now, string? opens) => Assert.Equal(At(opens), QuietHours.Shipped.OpensAfter(Purpose.Marketing, null, Shanghai, At(now)!.Value));

    [Theory]
    [InlineData("2026-11-24T13:59:59Z", "2026-11-24T14:00:00Z")]   // 07:59:59 in Chicago
    [InlineData("2026-11-25T02:59:59Z", null)]
    [InlineData("2026-11-25T03:00:00Z", "2026-11-25T14:00:00Z")]
    public void In_the_United_States_marketing_goes_out_from_eight_to_nine(string now, string? opens) => Assert.Equal(At(opens), QuietHours.Shipped.OpensAfter(Purpose.Marketing, "US", Chicago, At(now)!.Value));

    [Theory]
    [InlineData("US-TX", "09:00")]   // its own
    [InlineData("us-tx", "09:00")]
    [InlineData("US-CA", "08:00")]   // its country's
    [InlineData("US", "08:00")]
    [InlineData("SG", "10:30")]
    [InlineData("CN-BJ", "08:15")]   // as widened for the company's own country
    [InlineData(null, "08:15")]
    [InlineData("DE", "09:00")]      // nobody's: the company's, no wider than in the box
    [InlineData("Texas", "09:00")]
    [InlineData("-TX", "09:00")]
    [InlineData("FR", "09:00")]      // withdrawn
    public void A_part_of_a_country_has_its_own_hours_or_the_countrys_and_the_rest_of_the_world_the_companys(string? jurisdiction, string opens)
    {
        var hours = Hours(
            ("CN", Any, """{"windows":[{"purpose":"marketing","from":"08:15","until":"21:45"}]}"""),
            ("US-TX", Any, """{"windows":[{"purpose":"marketing","from":"09:00","until":"21:00"}]}"""),
            ("SG", Any, """{"windows":[{"purpose":"marketing","from":"10:30","until":"18:00"}]}"""),
            ("FR", Any, """{"windows":[{"purpose":"marketing","from":"11:00","until":"18:00"}]}"""),
            ("FR", "2026-01-01", """{"withdrawn":true}"""));

        var day = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(day + TimeOnly.Parse(opens, null).ToTimeSpan(), hours.OpensAfter(Purpose.Marketing, jurisdiction, TimeZoneInfo.Utc, day));
        Assert.Equal(At("2026-11-24T08:00:00Z"), hours.OpensAfter(Purpose.Servicing, jurisdiction, TimeZoneInfo.Utc, day));   // of which none of them speaks
    }

    [Fact]
    public void Hours_of_a_weekday_take_the_place_of_the_others_and_a_day_without_any_is_silent()
    {
        var hours = Hours(
            ("US-TX", Any, """{"windows":[{"purpose":"marketing","from":"09:00","until":"21:00"},{"purpose":"marketing","from":"12:00","until":"14:00","weekdays":["sunday"]},{"purpose":"marketing","from":"16:00","until":"21:00","weekdays":["sunday"]}]}"""),
            ("SG", Any, """{"windows":[{"purpose":"marketing","from":"09:00","until":"18:00","weekdays":["monday","friday"]}]}"""));

        DateTimeOffset? On(string jurisdiction, string now) => hours.OpensAfter(Purpose.Marketing, jurisdiction, TimeZoneInfo.Utc, At(now)!.Value);
        Assert.Equal(At("2026-11-22T12:00:00Z"), On("US-TX", "2026-11-22T10:00:00Z"));   // a Sunday
        Assert.Null(On("US-TX", "2026-11-22T13:00:00Z"));
        Assert.Equal(At("2026-11-22T16:00:00Z"), On("US-TX", "2026-11-22T14:00:00Z"));
        Assert.Equal(At("2026-11-23T09:00:00Z"), On("US-TX", "2026-11-22T21:00:00Z"));
        Assert.Equal(At("2026-11-27T09:00:00Z"), On("SG", "2026-11-23T18:00:00Z"));
    }

    [Fact]
    public void Silent_days_of_the_country_hold_in_its_parts_and_holidays_for_the_purposes_that_rest_on_them()
    {
        var hours = new QuietHours(
            [.. Rules(
                ("CN", Any, """{"silentHolidays":["marketing"],"silentDays":[{"day":"2026-11-24"},{"day":"2026-11-25","purpose":"marketing"}]}"""),
                ("CN-BJ", Any, """{"windows":[{"purpose":"marketing","from":"10:00","until":"20:00"}],"silentDays":[{"day":"2026-11-26"}]}"""))],
            "CN", Shanghai, new HashSet<DateOnly> { new(2026, 10, 1), new(2026, 10, 2) });

        Assert.Equal(At("2026-11-26T01:00:00Z"), hours.OpensAfter(Purpose.Marketing, "CN", Shanghai, At("2026-11-23T13:00:00Z")!.Value));
        Assert.Equal(At("2026-11-25T00:00:00Z"), hours.OpensAfter(Purpose.Servicing, "CN", Shanghai, At("2026-11-24T02:00:00Z")!.Value));
        Assert.Equal(At("2026-11-27T02:00:00Z"), hours.OpensAfter(Purpose.Marketing, "CN-BJ", Shanghai, At("2026-11-23T13:00:00Z")!.Value));
        Assert.Equal(At("2026-10-03T01:00:00Z"), hours.OpensAfter(Purpose.Marketing, "CN", Shanghai, At("2026-10-01T02:00:00Z")!.Value));
        Assert.Null(hours.OpensAfter(Purpose.Servicing, "CN", Shanghai, At("2026-10-01T02:00:00Z")!.Value));
        Assert.Null(hours.OpensAfter(Purpose.Marketing, "US", Chicago, At("2026-10-01T20:00:00Z")!.Value));
    }

    [Fact]
    public void A_change_of_the_clock_is_stepped_over()
    {
        Assert.Equal(At("2026-03-29T07:00:00Z"), QuietHours.Shipped.OpensAfter(Purpose.Marketing, "DE", Berlin, At("2026-03-28T23:00:00Z")!.Value));
        Assert.Equal(At("2026-10-25T08:00:00Z"), QuietHours.Shipped.OpensAfter(Purpose.Marketing, "DE", Berlin, At("2026-10-24T22:00:00Z")!.Value));
        var early = Hours(("DE", Any, """{"windows":[{"purpose":"marketing","from":"02:30","until":"20:00"}]}"""));
        Assert.Equal(At("2026-03-29T01:00:00Z"), early.OpensAfter(Purpose.Marketing, "DE", Berlin, At("2026-03-28T23:00:00Z")!.Value));   // there is no half past two
    }

    [Fact]
    public void A_rule_holds_from_its_day_on_in_the_customers_own_time()
    {
        var hours = Hours(("US-TX", "2026-11-24", """{"windows":[{"purpose":"marketing","from":"11:00","until":"20:00"}]}"""));

        Assert.Null(hours.OpensAfter(Purpose.Marketing, "US-TX", Chicago, At("2026-11-24T02:30:00Z")!.Value));   // 20:30 on the 23rd there
        Assert.Equal(At("2026-11-24T17:00:00Z"), hours.OpensAfter(Purpose.Marketing, "US-TX", Chicago, At("2026-11-24T03:00:00Z")!.Value));
    }

    [Theory]
    [InlineData("US", "2026-11-24T15:00:00Z", "2026-11-24T18:00:00Z")]   // ten in New York, five in Honolulu
    [InlineData("US", "2026-11-24T18:00:00Z", null)]
    [InlineData("US", "2026-11-25T02:00:00Z", "2026-11-25T18:00:00Z")]   // nine in New York, four in Honolulu
    [InlineData("US-CA", "2026-11-24T15:00:00Z", "2026-11-24T18:00:00Z")]   // its country's zones
    [InlineData("US-TX", "2026-11-24T14:30:00Z", "2026-11-24T15:00:00Z")]   // its own: Chicago and Denver
    [InlineData("DE", "2026-11-24T02:00:00Z", null)]   // none: the company's
    [InlineData(null, "2026-11-24T15:00:00Z", "2026-11-25T01:00:00Z")]
    public void Whose_zone_is_unknown_is_sent_to_when_all_of_the_jurisdiction_is_awake(string? jurisdiction, string now, string? opens)
    {
        var hours = Hours(("US-TX", Any, """{"zones":["America/Chicago","America/Denver"]}"""));

        Assert.Equal(At(opens), hours.OpensAfter(Purpose.Marketing, jurisdiction, null, At(now)!.Value));
    }

    [Fact]
    public void Zones_that_are_never_open_together_keep_a_message_for_good()
    {
        var hours = Hours(("US", Any, """{"windows":[{"purpose":"marketing","from":"09:00","until":"10:00"}],"zones":["America/New_York","Pacific/Honolulu"]}"""));

        Assert.True(hours.OpensAfter(Purpose.Marketing, "US", null, At("2026-11-24T15:00:00Z")!.Value) >= At("2027-01-23T15:00:00Z"));
    }

    [Fact]
    public void The_answer_for_one_customer_is_not_given_for_another_nor_after_the_rules_changed()
    {
        var (now, shipped) = (At("2026-11-24T08:30:00Z")!.Value, QuietHours.Shipped);
        var changed = Hours(("US", Any, """{"windows":[{"purpose":"marketing","from":"10:00","until":"20:00"}]}"""));

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(At("2026-11-24T09:00:00Z"), shipped.OpensAfter(Purpose.Marketing, "CN", TimeZoneInfo.Utc, now));
            Assert.Null(shipped.OpensAfter(Purpose.Marketing, "US", TimeZoneInfo.Utc, now));
            Assert.Equal(At("2026-11-24T10:00:00Z"), changed.OpensAfter(Purpose.Marketing, "US", TimeZoneInfo.Utc, now));
            Assert.Null(shipped.OpensAfter(Purpose.Servicing, "CN", TimeZoneInfo.Utc, now));
            Assert.Equal(At("2026-11-24T14:00:00Z"), shipped.OpensAfter(Purpose.Marketing, "US", Chicago, now));
        }
    }

    [Theory]
    [InlineData("CN", """{"windows":[{"purpose":"marketing","from":"07:30","until":"20:00"}]}""", "value.windows[0].from", "field.outer-hours")]
    [InlineData("CN-BJ", """{"windows":[{"purpose":"servicing","from":"08:00","until":"22:01"}]}""", "value.windows[0].until", "field.outer-hours")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"10:00","until":"10:00"}]}""", "value.windows[0].until", "field.window-empty")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"20:00","until":"06:00"}]}""", "value.windows[0].until", "field.window-empty")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"10:00","until":"12:00","weekdays":["someday"]}]}""", "value.windows[0].weekdays[0]", "field.rule-unreadable")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"10:00","until":"12:00","weekdays":[1]}]}""", "value.windows[0].weekdays[0]", "field.rule-unreadable")]
    [InlineData("US", """{"windows":[{"purpose":"collection","from":"10:00","until":"12:00"}]}""", "value.windows[0].purpose", "field.rule-unreadable")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","until":"12:00"}]}""", "value.windows[0]", "field.rule-unreadable")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"25:00","until":"12:00"}]}""", "value.windows[0].from", "field.rule-unreadable")]
    [InlineData("US", """{"windows":null}""", "value.windows", "field.rule-unreadable")]
    [InlineData("US", """{"windows":[null]}""", "value", "field.required")]
    [InlineData("US", """{"windows":[{"purpose":"marketing","from":"10:00","until":"12:00","weekdays":null}]}""", "value.windows[0].weekdays", "field.rule-unreadable")]
    [InlineData("US", """{"silentDays":[null]}""", "value", "field.required")]
    [InlineData("US", """{"silentDays":[{"day":"2026-02-30"}]}""", "value.silentDays[0].day", "field.rule-unreadable")]
    [InlineData("US", """{}""", "value.windows", "field.required")]
    [InlineData("US", """{"withdrawn":true,"silentDays":[{"day":"2026-02-28"}]}""", "value.withdrawn", "field.withdrawn-alone")]
    [InlineData("US", """{"silentHolidays":["marketing"]}""", "value.silentHolidays", "field.holidays-elsewhere")]
    [InlineData("US", """{"zones":["Houston"]}""", "value.zones", "field.zone")]
    [InlineData("US", """{"zones":["America/Houston"]}""", "value.zones", "field.zone")]
    [InlineData("US", """{"zones":[null]}""", "value", "field.required")]
    [InlineData("UK", """{"silentDays":[{"day":"2026-02-28"}]}""", "name", "field.jurisdiction")]
    [InlineData("US-TZ", """{"silentDays":[{"day":"2026-02-28"}]}""", "name", "field.jurisdiction")]
    [InlineData("us-tx", """{"silentDays":[{"day":"2026-02-28"}]}""", "name", "field.jurisdiction")]
    [InlineData("DE-", """{"silentDays":[{"day":"2026-02-28"}]}""", "name", "field.jurisdiction")]
    [InlineData("US-TX", """{"silentDays":[{"day":"2026-02-28"}]}""", null, null)]
    [InlineData("DE-BY", """{"withdrawn":true}""", null, null)]
    [InlineData("CN", """{"windows":[{"purpose":"servicing","from":"08:00","until":"22:00"}],"silentHolidays":["marketing"]}""", null, null)]
    public void What_is_wrong_with_a_rule_is_named(string name, string value, string? field, string? problem)
    {
        using var json = JsonDocument.Parse(value);

        var found = new QuietHourKind(new OrchestratorOptions()).Check(name, json.RootElement);

        Assert.Equal(field is null ? [] : [(field, problem!)], found.Select(one => (one.Field, one.TextKey)));
    }

    [Fact]
    public void A_rule_has_an_end()
    {
        var kind = new QuietHourKind(new OrchestratorOptions());
        var days = Enumerable.Range(0, 401).Select(i => new { day = new DateOnly(2026, 1, 1).AddDays(i) });
        var windows = Enumerable.Range(0, 41).Select(_ => new { purpose = "marketing", from = "10:00", until = "11:00" });

        Assert.Equal(["value.windows", "value.silentDays"], kind.Check("US", JsonSerializer.SerializeToElement(new { windows, silentDays = days }, JsonDefaults.Options)).Select(problem => problem.Field));
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : DateTimeOffset.Parse(text, null);

    private static QuietHours Hours(params (string Name, string From, string Value)[] rules) => new([.. Rules(rules)], "CN", Shanghai, new HashSet<DateOnly>());

    private static IEnumerable<(string Name, DateOnly From, QuietRule Rule)> Rules(params (string Name, string From, string Value)[] rules) =>
        rules.Select(rule => (rule.Name, DateOnly.Parse(rule.From, null), JsonSerializer.Deserialize<QuietRule>(rule.Value, JsonDefaults.Options)!));
}
