using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Campaigns;

public sealed class SignOffTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_campaign_gets_from_idea_to_launch_check_by_the_real_roles(DatabaseDialect dialect)
    {
        await using var story = await Story.BeginAsync(dialect);

        Assert.Equal(["write-brief"], await story.OpenTasksAsync());
        await story.CompleteAsync("write-brief", "submit");
        await story.CompleteAsync("review-brief", "approve");
        var page = await story.PageAsync();
        Assert.Equal(("MEDIUM", "sign-off", "running"), (page.GetProperty("level").GetString(), page.GetProperty("stage").GetString(), page.GetProperty("status").GetString()));
        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign", "risk-sign"], await story.OpenTasksAsync());
        await story.SignAllAsync();
        await story.CompleteAsync("configure", "done");
        await story.CompleteAsync("test-send", "pass");
        await story.TaskAsync("launch-check");

        Assert.Equal(["compliance-sign", "consumer-protection-sign", "finance-sign", "review-brief", "risk-sign"], await story.StandingAsync());
        Assert.Equal("launch", (await story.PageAsync()).GetProperty("stage").GetString());
    }
}
