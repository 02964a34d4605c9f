using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Sops;

/// <summary>What the API says about a file before it is published, and that its errors keep it from being published.</summary>
public sealed class LintTests
{
    private const string Risk = """<extensionElements><zeebe:assignmentDefinition candidateGroups="risk"/></extensionElements>""";

    /// <summary>Code, element, whether it blocks, body.</summary>
    private static readonly (string Code, string Element, bool Blocks, string Body)[] Files =
    [
        ("unreachable", "lost", true, """<startEvent id="s"/><task id="lost"/><endEvent id="e"/><f a="s" b="e"/>"""),
        ("no-end", "b", true, """<startEvent id="s"/><task id="a"/><task id="b"/><f a="s" b="a"/><f a="a" b="b"/><f a="b" b="a"/>"""),
        ("condition-missing", "x", true, """<startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="o"/><f a="s" b="x"/><f a="x" b="e"/><f a="x" b="o" if="c"/>"""),
        ("default-missing", "x", false, """<startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="o"/><f a="s" b="x"/><f a="x" b="e" if="d"/><f a="x" b="o" if="c"/>"""),
        ("deadlock", "j", true, """<startEvent id="s"/><exclusiveGateway id="x"/><parallelGateway id="j"/><endEvent id="e"/><f a="s" b="x"/><f a="x" b="j" if="c"/><f a="x" b="j" if="not(c)"/><f a="j" b="e"/>"""),
        ("form-missing", "t", false, $"""<startEvent id="s"/><userTask id="t">{Risk}</userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("form-unknown", "t", true, $"""<startEvent id="s"/><userTask id="t">{Risk.Replace("</ext", """<zeebe:formDefinition formId="none"/></ext""", StringComparison.Ordinal)}</userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("role-missing", "t", true, """<startEvent id="s"/><userTask id="t"/><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("role-unknown", "t", true, $"""<startEvent id="s"/><userTask id="t">{Risk.Replace("risk", "wizard", StringComparison.Ordinal)}</userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("nobody-may", "t", true, $"""<startEvent id="s"/><userTask id="t">{Risk.Replace("risk", "executive", StringComparison.Ordinal)}</userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("outcome-ignored", "t", true, $"""<startEvent id="s"/><userTask id="t">{Risk.Replace("</ext", """<sop:outcomes><sop:outcome id="no" requiresReason="true"/></sop:outcomes></ext""", StringComparison.Ordinal)}</userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("decision-unknown", "r", true, """<startEvent id="s"/><businessRuleTask id="r"><extensionElements><zeebe:calledDecision decisionId="none" resultVariable="x"/></extensionElements></businessRuleTask><endEvent id="e"/><f a="s" b="r"/><f a="r" b="e"/>"""),
        ("process-unknown", "c", true, """<startEvent id="s"/><callActivity id="c" calledElement="none"/><endEvent id="e"/><f a="s" b="c"/><f a="c" b="e"/>"""),
        ("worker-unknown", "w", true, $"""<startEvent id="s"/><userTask id="t">{Risk}</userTask><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="none"/></extensionElements></serviceTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="w"/><f a="w" b="e"/>"""),
        ("template-unknown", "w", true, """<startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="start-reachouts"/><zeebe:taskHeaders><zeebe:header key="template" value="none/none"/></zeebe:taskHeaders></extensionElements></serviceTask><endEvent id="e"/><f a="s" b="w"/><f a="w" b="e"/>"""),
        ("timer-zone", "t", true, """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>0 30 9 * * *</timeCycle></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>"""),
        ("sign-off-missing", "go", true, """<startEvent id="s"/><task id="go" sop:launch="true"/><endEvent id="e"/><f a="s" b="go"/><f a="go" b="e"/>"""),
        ("separation-impossible", "separation-impossible", true, $"""<startEvent id="s"/><userTask id="a">{Risk}</userTask><userTask id="b" sop:separateFrom="a">{Risk}</userTask><endEvent id="e"/><f a="s" b="a"/><f a="a" b="b"/><f a="b" b="e"/>"""),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_check_speaks_through_the_API_with_element_and_line_and_errors_keep_a_file_from_being_published()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var author = await host.SignInAsync("wei", Role.ProcessAdmin);
        using var second = await host.SignInAsync("wei2", Role.ProcessAdmin);
        using var risk = await host.SignInAsync("ren", Role.Risk);
        foreach (var (code, element, blocks, body) in Files)
        {
            var xml = File(code, body);
            using var lint = await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml }, Token);
            var found = (await lint.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray().Where(problem => problem.GetProperty("code").GetString() == code).ToList();
            Assert.True(found.Exists(problem => problem.GetProperty("element").GetString() == element && problem.GetProperty("line").GetInt32() > 0), $"{code} at {element}: {await lint.Content.ReadAsStringAsync(Token)}");
            Assert.All(found, problem => Assert.Equal(blocks, problem.GetProperty("isError").GetBoolean()));
            if (blocks)
                await IsNotPublishedAsync(author, second, xml, code);
        }
    }

    [Fact]
    public async Task It_names_the_role_that_lacks_a_person()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var author = await host.SignInAsync("wei", Role.ProcessAdmin);
        using var risk = await host.SignInAsync("ren", Role.Risk);
        var xml = File("separation", Files.Single(file => file.Code == "separation-impossible").Body);

        using var alone = await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml }, Token);
        using var another = await host.SignInAsync("ren2", Role.Risk);
        using var together = await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml }, Token);

        var problem = (await alone.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray().Single(found => found.GetProperty("code").GetString() == "separation-impossible");
        Assert.Contains("'risk' (it has 1)", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain((await together.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), found => found.GetProperty("code").GetString() == "separation-impossible");
    }

    [Fact]
    public async Task A_called_process_of_the_same_file_is_checked_too_and_forms_sent_along_count()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var author = await host.SignInAsync("wei", Role.ProcessAdmin);
        var xml = File("caller", """<startEvent id="s"/><callActivity id="c" calledElement="called"/><endEvent id="e"/><f a="s" b="c"/><f a="c" b="e"/>""")
            .Replace("</definitions>", """<process id="called" isExecutable="true"><startEvent id="s2"/><task id="lost2"/><endEvent id="e2"/><sequenceFlow id="g" sourceRef="s2" targetRef="e2"/></process></definitions>""", StringComparison.Ordinal);
        var asking = File("asking", Files.Single(file => file.Code == "form-unknown").Body);

        using var called = await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml }, Token);
        using var withForm = await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml = asking, forms = new Dictionary<string, string> { ["none"] = """{"components":[]}""" } }, Token);

        Assert.Contains((await called.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), found => found.GetProperty("element").GetString() == "lost2");
        Assert.DoesNotContain((await withForm.Content.ReadFromJsonAsync<JsonElement>(Token)).EnumerateArray(), found => found.GetProperty("code").GetString() == "form-unknown");
    }

    private static async Task IsNotPublishedAsync(HttpClient author, HttpClient second, string xml, string code)
    {
        using var uploaded = await author.PostAsJsonAsync("/api/v1/sops", new { xml }, Token);
        // A file that cannot even be executed is not stored.
        if ((int)uploaded.StatusCode == 422)
            return;
        var id = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        using var published = await second.PostAsJsonAsync($"/api/v1/sops/{id}/publication", new { }, Token);
        Assert.True((int)published.StatusCode == 422, $"{code}: {(int)published.StatusCode} {await published.Content.ReadAsStringAsync(Token)}");
    }

    private static string File(string id, string body)
    {
        var count = 0;
        var flows = System.Text.RegularExpressions.Regex.Replace(body, """<f a="(?<a>[^"]+)" b="(?<b>[^"]+)"( if="(?<if>[^"]+)")?\s*/>""", match =>
            $"""<sequenceFlow id="f{++count}" sourceRef="{match.Groups["a"].Value}" targetRef="{match.Groups["b"].Value}">{(match.Groups["if"].Success ? $"<conditionExpression>{match.Groups["if"].Value}</conditionExpression>" : "")}</sequenceFlow>""");
        return $"""
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:sop="urn:orchestrator:sop:1" targetNamespace="urn:test">
            <process id="{id}" isExecutable="true">{flows}</process></definitions>
            """;
    }
}
