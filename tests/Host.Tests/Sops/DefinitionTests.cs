using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Campaigns;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Sops;

public sealed class DefinitionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Dialects))]
    public async Task Shipped_definitions_are_published_once(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var client = await host.SignInAsync("wei", Role.ProcessAdmin);

        var sops = await client.GetFromJsonAsync<JsonElement>("/api/v1/sops", Token);
        var decisions = await client.GetFromJsonAsync<JsonElement>("/api/v1/decisions", Token);

        Assert.Contains(sops.EnumerateArray(), row => row.GetProperty("key").GetString() == "standard-campaign" && row.GetProperty("state").GetString() == "published" && row.GetProperty("version").GetInt32() == 1);
        Assert.Equal(["campaign-refusals", "campaign-risk"], decisions.EnumerateArray().Select(row => row.GetProperty("key").GetString()).Order());
    }

    [Fact]
    public async Task A_broken_file_is_refused_with_element_and_line_and_nothing_is_stored()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var client = await host.SignInAsync("wei", Role.ProcessAdmin);
        var before = (await client.GetFromJsonAsync<JsonElement>("/api/v1/sops", Token)).GetArrayLength();
        const string dangling = """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
              <process id="p" isExecutable="true">
                <startEvent id="s"/>
                <sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>
              </process>
            </definitions>
            """;

        foreach (var xml in new[] { dangling, "<not-xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>" })
        {
            using var reply = await client.PostAsJsonAsync("/api/v1/sops", new { xml }, Token);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        }
        using var decision = await client.PostAsJsonAsync("/api/v1/decisions", new { xml = "<definitions/>" }, Token);
        using var lint = await client.PostAsJsonAsync("/api/v1/sops/lint", new { xml = dangling }, Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, decision.StatusCode);
        Assert.Contains((await lint.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), problem => problem.GetProperty("isError").GetBoolean() && problem.GetProperty("line").GetInt32() > 0);
        Assert.Equal(before, (await client.GetFromJsonAsync<JsonElement>("/api/v1/sops", Token)).GetArrayLength());
    }

    [Fact]
    public async Task A_new_version_is_published_by_a_second_person_and_running_campaigns_stay_on_theirs()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var old = (await story.GetAsync("wei", "/api/v1/sops")).EnumerateArray().Single(row => row.GetProperty("key").GetString() == "standard-campaign").GetProperty("id").GetString();
        var xml = await (await story.AsAsync("wei")).GetStringAsync($"/api/v1/sops/{old}/xml", Token);

        await story.EverybodyAsync();

        using var forbidden = await story.PostAsync("lin", "/api/v1/sops", new { xml });
        using var uploaded = await story.PostAsync("wei", "/api/v1/sops", new { xml = xml.Replace("P3WD\" sop:remind=\"P1WD\" sop:stage=\"ideation", "P4WD\" sop:remind=\"P1WD\" sop:stage=\"ideation", StringComparison.Ordinal) });
        var version = await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token);
        using var self = await story.PostAsync("wei", $"/api/v1/sops/{version.GetProperty("id").GetString()}/publication");
        using var second = await story.PostAsync("wei2", $"/api/v1/sops/{version.GetProperty("id").GetString()}/publication");
        using var again = await story.PostAsync("wei2", $"/api/v1/sops/{version.GetProperty("id").GetString()}/publication");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.Conflict), (forbidden.StatusCode, uploaded.StatusCode, self.StatusCode, second.StatusCode, again.StatusCode));
        Assert.Equal(2, version.GetProperty("version").GetInt32());
        var diff = await story.GetAsync("lin", $"/api/v1/sops/{version.GetProperty("id").GetString()}/diff?against={old}");
        Assert.Equal(["write-brief"], diff.EnumerateArray().Select(change => change.GetProperty("elementId").GetString()));
        Assert.Equal(old, (await story.PageAsync()).GetProperty("sopVersionId").GetString());
        await story.CompleteAsync("write-brief", "submit");
    }

    [Fact]
    public async Task An_SOP_without_a_required_sign_off_or_without_people_for_it_cannot_be_published()
    {
        await using var story = await Story.BeginAsync(DatabaseDialect.Sqlite);
        var old = (await story.GetAsync("wei", "/api/v1/sops")).EnumerateArray().Single(row => row.GetProperty("key").GetString() == "standard-campaign").GetProperty("id").GetString();
        var xml = await (await story.AsAsync("wei")).GetStringAsync($"/api/v1/sops/{old}/xml", Token);

        using var uploaded = await story.PostAsync("wei", "/api/v1/sops", new { xml });
        var id = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var lonely = await story.PostAsync("wei2", $"/api/v1/sops/{id}/publication");
        await story.EverybodyAsync();
        using var together = await story.PostAsync("wei2", $"/api/v1/sops/{id}/publication");
        var withoutRisk = await story.PostAsync("wei", "/api/v1/sops/lint", new { xml = xml.Replace("candidateGroups=\"risk\"", "candidateGroups=\"finance\"", StringComparison.Ordinal) });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (lonely.StatusCode, together.StatusCode));
        Assert.Contains((await withoutRisk.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), problem => problem.GetProperty("isError").GetBoolean() && problem.GetProperty("message").GetString()!.Contains("risk", StringComparison.Ordinal));
    }
}
