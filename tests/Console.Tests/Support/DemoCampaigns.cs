using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Tasks;
using Orchestrator.Host.Time;

namespace Orchestrator.Console.Tests.Support;

/// <summary>Campaigns brought to a stage through the same application methods that the pages call.</summary>
public sealed class DemoCampaigns(IServiceProvider services)
{
    internal static readonly string[] Signers = [DemoPerson.Risk.UserName, DemoPerson.Compliance.UserName, DemoPerson.ConsumerProtection.UserName, DemoPerson.Finance.UserName];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<Campaign> CreateAsync(string name, int days = 0, string? sop = null)
    {
        var today = DateOnly.FromDateTime(services.GetRequiredService<BusinessClock>().GetUtcNow().UtcDateTime);
        var brief = DemoBrief.For(DemoBrief.FirstDayAfter(today).AddDays(days)) with { Name = name };
        return (await services.GetRequiredService<CampaignDesk>().CreateAsync(brief, sop, await ActorAsync(DemoPerson.Owner.UserName), Token)).Value;
    }

    /// <summary>Submitted and reviewed: it waits for the joint sign-off.</summary>
    public async Task<Campaign> AwaitingSignOffAsync(string name, int days = 0)
    {
        var campaign = await CreateAsync(name, days);
        await CompleteAsync(campaign.Id, "write-brief", "submit", DemoPerson.Owner.UserName);
        await CompleteAsync(campaign.Id, "review-brief", "approve", DemoPerson.Head.UserName);
        return campaign;
    }

    /// <summary>Signed by all; then the owner changed a quantity, and after build and test it comes back to who signed it.</summary>
    public async Task<Campaign> ChangedAfterSigningAsync(string name, int days)
    {
        var campaign = await AwaitingSignOffAsync(name, days);
        foreach (var (element, user) in new[] { ("risk-sign", "zhouheng"), ("compliance-sign", "shenning"), ("consumer-protection-sign", "xulan"), ("finance-sign", "gaomin") })
            await CompleteAsync(campaign.Id, element, "approve", user);
        var desk = services.GetRequiredService<CampaignDesk>();
        var brief = campaign.Brief();
        var edited = brief with { Phases = [.. brief.Phases.Select(phase => phase with { Texts = [.. phase.Texts.Select(text => text with { Body = text.Body.Replace("限量300张,领完即止", "限量200张,领完即止", StringComparison.Ordinal).Replace("请按需借款", "请理性借贷", StringComparison.Ordinal) })] })] };
        var outcome = await desk.EditAsync(campaign.Id, (await services.GetRequiredService<CampaignQueries>().FindAsync(campaign.Id, Token))!.Version, edited, await ActorAsync(DemoPerson.Owner.UserName), Token);
        Assert.Null(outcome.Refusal);
        await CompleteAsync(campaign.Id, "configure", null, DemoPerson.Configurer.UserName);
        await CompleteAsync(campaign.Id, "test-send", null, DemoPerson.Tester.UserName);
        return campaign;
    }

    /// <summary>Waits for the task: a service task may have to run before it is there.</summary>
    public async Task<Guid> TaskAsync(Guid campaignId, string element)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var tasks = await services.GetRequiredService<Inbox>().OfCampaignAsync(campaignId, limit.Token);
            if (tasks.LastOrDefault(task => task.ElementId == element && task.State == TaskState.Open) is { } found)
                return found.Id;
            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>Waits for a customer of the demo: they are seeded while the program runs.</summary>
    public async Task CustomerAsync(string externalId)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var reader = await ActorAsync(DemoPerson.Compliance.UserName);
        while (await services.GetRequiredService<Orchestrator.Host.Audiences.Customers>().FindAsync(externalId, reader, limit.Token) is null)
            await Task.Delay(200, limit.Token);
    }

    /// <summary>Waits for a launch to have frozen its audience and planned its reach-outs.</summary>
    public async Task ReachoutsAsync(Guid campaignId)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while ((await services.GetRequiredService<LedgerQueries>().ReachoutsAsync(campaignId, limit.Token)).Count == 0)
            await Task.Delay(200, limit.Token);
    }

    /// <param name="outcome">Null: the first one, which is the one that goes on.</param>
    public async Task CompleteAsync(Guid campaignId, string element, string? outcome, string user, string? reason = null)
    {
        var task = await TaskAsync(campaignId, element);
        var view = (await services.GetRequiredService<TaskForms>().ForTaskAsync(task, Token))!;
        var form = view.Form;
        var data = JsonSerializer.SerializeToElement(form.Inputs.Where(field => field.Required || field.Type == "checklist").ToDictionary(field => field.Key, Fill));
        var done = await services.GetRequiredService<TaskDesk>().CompleteAsync(task, new CompletionRequest(outcome ?? view.Outcomes[0].Id, reason, data), await ActorAsync(user), Token);
        Assert.True(done.Refusal is null, $"{element}: {string.Join("; ", done.Refusal?.Problems ?? [])}");
    }

    public async Task<Actor> ActorAsync(string user)
    {
        var found = (await services.GetRequiredService<Users>().ListAsync(Token)).Single(row => row.UserName == user);
        return new Actor(found.Id, found.UserName, found.DisplayName, found.Roles.ToHashSet());
    }

    private static object Fill(FormField field) => field.Type switch
    {
        "checklist" => field.Options.Select(option => option.Value).ToArray(),
        "checkbox" => true,
        "number" => field.Min ?? 1,
        "datetime" => field.Subtype == "datetime" ? "2026-12-01T10:00" : "2026-12-01",
        _ when field.Options.Count > 0 => field.Options[0].Value,
        _ => "已核对",
    };
}
