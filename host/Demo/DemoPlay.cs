using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Web;
using Orchestrator.Templates;

namespace Orchestrator.Host.Demo;

/// <summary>The demo up to the launch: what is refused, who signs, what an edit voids.</summary>
internal sealed class DemoPlay(DemoClient client, DemoReport report)
{
    /// <summary>31 June, the bad text, the owner's own signature: all refused.</summary>
    public async Task<DemoStory> IdeationAsync(Brief brief, CancellationToken token)
    {
        report.Chapter("demo.ideation");
        var impossible = JsonSerializer.SerializeToNode(brief, JsonDefaults.Options)!.AsObject();
        impossible["window"]!["end"] = $"{brief.Window.End.Year}-06-31";
        var (status, text) = await client.RefusedAsync(DemoPerson.Owner, "/api/v1/campaigns", new JsonObject { ["brief"] = impossible }, token);
        report.Holds("demo.june-31", status == HttpStatusCode.UnprocessableEntity && text.Contains("window.end", StringComparison.Ordinal), text);

        var bad = brief with { Phases = [.. brief.Phases.Select((phase, i) => i == 1 ? phase with { Texts = [.. phase.Texts.Select(BadSms)] } : phase)] };
        var campaign = await client.CreateAsync(bad, token);
        await client.PostAsync(DemoPerson.Admin, "/api/v1/demo/customers", new DemoAudienceOf(campaign), token);
        var task = await client.TaskAsync(campaign, "write-brief", token);
        (_, text) = await client.RefusedCompletionAsync(DemoPerson.Owner, task, "submit", token);
        report.Holds("demo.bad-sms", text.Contains("超低息", StringComparison.Ordinal) && text.Contains("0门槛", StringComparison.Ordinal), text);
        await client.EditAsync(campaign, _ => brief, token);
        return new DemoStory(client, campaign);
    }

    public async Task SignOffAsync(DemoStory story, CancellationToken token)
    {
        report.Chapter("demo.sign-off");
        await story.SubmitAsync(token);
        await story.ReviewAsync(token);
        var page = await client.PageAsync(story.Campaign, token);
        report.Equal("demo.level", "MEDIUM", page.GetProperty("level").GetString());
        var compliance = await client.TaskAsync(story.Campaign, "compliance-sign", token);
        var (status, _) = await client.RefusedCompletionAsync(DemoPerson.Owner, compliance, "approve", token);
        report.Holds("demo.self-sign", status is HttpStatusCode.Forbidden or HttpStatusCode.Conflict);
        await story.SignAsync(token, DemoStory.JointSignOff);
        report.Equal("demo.signed", 4, (await StandingAsync(story, token)).Count(DemoStory.JointSignOff.Select(signer => signer.Element).Contains));
        await story.BuildAndTestAsync(token);
    }

    /// <summary>The owner edits an SMS after everybody signed.</summary>
    public async Task EditAsync(DemoStory story, CancellationToken token)
    {
        report.Chapter("demo.edit");
        var launch = await client.TaskAsync(story.Campaign, "launch-check", token);
        await client.EditAsync(story.Campaign, AddReminder, token);
        var standing = await StandingAsync(story, token);
        report.Holds("demo.voided", !standing.Contains("compliance-sign") && !standing.Contains("consumer-protection-sign"));
        report.Holds("demo.stands", standing.Contains("risk-sign") && standing.Contains("finance-sign"));
        var (status, _) = await client.RefusedCompletionAsync(DemoPerson.Launcher, launch, "launch", token);
        report.Holds("demo.launch-refused", status is HttpStatusCode.Conflict or HttpStatusCode.Forbidden);
        await story.SignAsync(token, (DemoPerson.Compliance, "compliance-sign"), (DemoPerson.ConsumerProtection, "consumer-protection-sign"));
        await ReachLaunchAsync(story, token);
        await story.LaunchAsync(token);
        report.Holds("demo.launched", true);
    }

    public async Task<HashSet<string>> StandingAsync(DemoStory story, CancellationToken token) =>
        (await client.PageAsync(story.Campaign, token)).GetProperty("approvals").EnumerateArray()
            .Where(row => row.GetProperty("stands").GetBoolean()).Select(row => row.GetProperty("elementId").GetString()!).ToHashSet();

    /// <summary>After a re-sign the SOP may ask for another test before the launch check.</summary>
    private async Task ReachLaunchAsync(DemoStory story, CancellationToken token)
    {
        var open = "";
        await DemoClient.UntilAsync(
            async () =>
            {
                open = (await client.PageAsync(story.Campaign, token)).GetProperty("tasks").EnumerateArray()
                    .Where(row => row.GetProperty("state").GetString() == "open").Select(row => row.GetProperty("elementId").GetString()!)
                    .FirstOrDefault(element => element is "configure" or "test-send" or "launch-check") ?? "";
                return open.Length > 0;
            },
            "the campaign is back at build and test",
            token);
        if (open == "configure")
            await story.BuildAndTestAsync(token);
        else if (open == "test-send")
            await client.CompleteAsync(story.Campaign, DemoPerson.Tester, "test-send", "pass", token);
    }

    private static MessageText BadSms(MessageText text) =>
        text is { Channel: "sms", Language: "zh-CN" } ? text with { Body = MessageLibrary.RejectedDraft.Body } : text;

    /// <summary>What the owner changes after the sign-off: one SMS.</summary>
    internal static Brief AddReminder(Brief brief) =>
        brief with
        {
            Phases = [.. brief.Phases.Select((phase, i) => i != 1 ? phase : phase with
            {
                Texts = [.. phase.Texts.Select(text => text is { Channel: "sms", Language: "zh-CN" } ? text with { Body = text.Body.Replace("请按需借款。", "请根据还款能力按需借款。", StringComparison.Ordinal) } : text)],
            })],
        };
}
