using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Templates.Linting;

namespace Orchestrator.Templates.Tests;

public sealed class RobustnessTests
{
    private static readonly Gen<string> Drafts =
        Gen.Elements("{{", "}}", "{{{", "}}}", "{{#if name}}", "{{else}}", "{{/if}}", "{{#each items}}", "{{/each}}", "{{name}}", "{{sig}}", "{{this}}", "{{../name}}", "{{> p}}", "{{! c }}",
            "{{money name}}", "~", "\\", "\"", "#", "年化7.2%", "日息0.02%", "【", "】", "超低息", "http://a.cn", "🎉", "\ud800", "\n", " ", "x", "0").ArrayOf().Select(string.Concat);

    [Fact]
    public void Whatever_is_typed_compiles_or_says_why_not()
    {
        var renderer = new TemplateRenderer();
        Prop.ForAll(Drafts.ToArbitrary(), body =>
        {
            try
            {
                var compiled = renderer.Compile(Draft(body));
                compiled.Render(new Dictionary<string, object?> { ["sig"] = "【x】", ["name"] = "n", ["items"] = Enumerable.Repeat("a", 1) });
            }
            catch (TemplateException fault)
            {
                Assert.False(string.IsNullOrWhiteSpace(fault.Message));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Linting_never_throws_and_its_evidence_is_in_the_text()
    {
        var linter = TemplateLinter.Shipped(new TemplateRenderer());
        Prop.ForAll(Drafts.ToArbitrary(), body =>
        {
            foreach (var finding in linter.Lint(Draft(body), new LintContext { On = new(2026, 11, 21) }).Findings)
            {
                if (finding.RuleId is "does-not-compile" or "unused-variable" or "sms-long" or "sms-too-long")
                    continue;
                Assert.Equal(finding.Evidence, body.Substring(finding.Position, finding.Evidence.Length));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public async Task Many_threads_render_the_same_template_at_once()
    {
        var renderer = new TemplateRenderer();
        var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
            Enumerable.Range(0, 500).Select(i => renderer.Compile(Draft($"{{{{name}}}}-{i % 5}"))
                .Render(new Dictionary<string, object?> { ["sig"] = "S", ["name"] = $"{thread}", ["items"] = Array.Empty<string>() }).Body).ToList(), TestContext.Current.CancellationToken)));
        Assert.All(texts, (list, thread) => Assert.Equal(Enumerable.Range(0, 500).Select(i => $"S{thread}-{i % 5}"), list));
    }

    private static MessageTemplate Draft(string body) => new()
    {
        Id = "draft", Channel = MessageChannel.Sms, Language = "zh-CN", Body = body,
        Variables = [new("name", VariableType.Text, Required: false), new("items", VariableType.List, Required: false)],
    };
}
