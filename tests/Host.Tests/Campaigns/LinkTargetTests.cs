using System.Net;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Reachouts;
using Orchestrator.Host.Time;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class LinkTargetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("phase")]
    [InlineData("step")]
    [InlineData("variant")]
    public async Task A_brief_whose_link_leads_off_the_allow_list_is_not_submitted(string place)
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite, brief => With(brief, place, "https://not-ours.example/offer"));

        using (var refused = await story.TryCompleteAsync("write-brief", "submit"))
        {
            var text = await refused.Content.ReadAsStringAsync(Token);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("link-target", text, StringComparison.Ordinal);
            Assert.Contains("not-ours.example", text, StringComparison.Ordinal);
        }
        // A host that only ends alike is another host; one below the allowed one is it.
        using (var alike = await story.EditAsync(brief => With(brief, place, "https://notlocalhost/offer")))
            alike.EnsureSuccessStatusCode();
        using (var refused = await story.TryCompleteAsync("write-brief", "submit"))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using (var below = await story.EditAsync(brief => With(brief, place, "https://app.localhost/offer")))
            below.EnsureSuccessStatusCode();
        await story.CompleteAsync("write-brief", "submit");
    }

    [Fact]
    public void A_link_typed_into_a_text_may_lead_to_every_host_of_the_allow_list()
    {
        var rules = SampleRules.With(new OrchestratorOptions { LinkHosts = ["shop.example"] });
        var brief = ReachoutBed.Brief(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));
        var phase = brief.Phases[0];
        IEnumerable<string> FindingsWith(string link) =>
            BriefLint.Lint(brief with { Phases = [phase with { Channels = ["push"], Texts = [phase.Texts[0] with { Channel = "push", Subject = "会员日", Body = $"{phase.Texts[0].Body} {link} " }] }] }, rules).Select(found => found.Finding.RuleId);

        Assert.DoesNotContain("link-not-allowed", FindingsWith("https://app.shop.example/offer"));
        Assert.Contains("link-not-allowed", FindingsWith("https://not-ours.example/offer"));
    }

    private static Brief With(Brief brief, string place, string target)
    {
        var (phase, link) = (brief.Phases[1], new TrackedLink(target));
        return brief with
        {
            Phases =
            [
                brief.Phases[0],
                place switch
                {
                    "phase" => phase with { Link = link },
                    "step" => phase with { Steps = [new PhaseStep { AfterHours = 4, When = StepWhen.NotConverted, Link = link }] },
                    _ => phase with { Experiment = new Experiment { Key = "test", Variants = [new Variant { Key = "A" }, new Variant { Key = "B", Link = link }] } },
                },
                brief.Phases[2],
            ],
        };
    }
}
