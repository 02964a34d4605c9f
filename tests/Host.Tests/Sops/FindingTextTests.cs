using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Sops;

/// <summary>The library's sentences are read from its source, so that a new check, or one that says it otherwise, is missed here and not by a reader.</summary>
public sealed partial class FindingTextTests
{
    private const string Value = "wert";
    private static readonly string[] Speakers = ["Bpmn/Lint", "Bpmn/Reading", "Bpmn/BpmnReader.cs", "Dmn/Reading", "Execution"];
    private static readonly Texts Texts = new();
    private static readonly FindingTexts Findings = new(Texts);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [GeneratedRegex("""(?:Error|Warning|FileError|StepFailedException|new)\((?:[^;"]*,\s*)?"(?<code>[a-z]+(?:-[a-z]+)*)",""")]
    private static partial Regex Finding();

    // What carries no code of its own stands under one in our texts.
    [GeneratedRegex("""(?<refused>RefusalCode\.(?:SeparationOfDuties|IncidentGone|UnknownElement|NoStart|TimerGone|NoReceiver|WorkGone|AlreadyStarted|NotStarted),)|(?<migration>MigrationVerdict\.\w+, (?=isMapped|\$"))|(?<dmn>problems\.Add\([^;"]*?,\s*(?=\$?"))""")]
    private static partial Regex Unnamed();

    [GeneratedRegex("[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [Fact]
    public void Every_code_has_a_text_in_both_languages()
    {
        var codes = Said().Select(said => said.Code).Distinct().ToList();

        Assert.InRange(codes.Count, 70, 200);
        Assert.Superset(new HashSet<string> { "refused", "migration", "dmn" }, codes.ToHashSet());
        foreach (var language in new[] { Texts.English, Texts.Chinese })
            Assert.All(codes, code => Assert.Contains(Texts.In(language).Keys, key => key == $"lint.{code}" || key.StartsWith($"lint.{code}.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_sentence_of_the_library_is_said_in_Chinese_with_its_values()
    {
        using var _ = new InChinese();
        var sentences = Said().Where(said => said.Sentence is not null).Select(said => (said.Code, Sentence: said.Sentence!)).ToList();

        Assert.InRange(sentences.Count, 110, 400);
        foreach (var (code, sentence) in sentences)
        {
            var said = Findings.Of(code, sentence);
            Assert.True(Chinese().IsMatch(said), $"{code}: {sentence}");
            Assert.True(sentence.Contains(Value, StringComparison.Ordinal) == said.Contains(Value, StringComparison.Ordinal), said);
        }
    }

    [Theory]
    [InlineData("condition-missing", "The flow 'a' to 'b' has no condition. Give it one, or make it the default flow.", "流向「b」的连线「a」没有条件。请填写条件，或设为默认连线。")]
    [InlineData("unsupported-element", "complexGateway is not supported. Use an inclusive gateway, or a script task followed by an exclusive gateway.", "不支持 complexGateway。请用包容网关，或脚本任务加排他网关。")]
    [InlineData("timer-invalid", "'soon' is not a duration. Write for example PT15M, P3WD (working days), or = waitingTime.", "「soon」不是时长。写法例如 PT15M、P3WD（工作日），或 = waitingTime。")]
    [InlineData("separation-impossible", "The duties cannot be kept apart with the people there are: one more person is needed with the role 'risk' (it has 1), for 'a', 'b'. Add people to the role, or loosen sop:separateFrom.", "以现有人员，各项职责无法做到职责分离：'a', 'b' 还需要一名具有角色 「risk」（现有 1 人） 的人员。请为角色增加人员，或放宽 sop:separateFrom。")]
    [InlineData("condition-null", "The condition '= x > 1' of the flow 'f' is neither true nor false: no variable x. Set the variables it reads, then retry.", "条件「= x > 1」of the flow 'f'既不为真也不为假: no variable x。请设置它读取的变量后重试。")]
    [InlineData("dmn", "The expression is empty.", "表达式为空。")]
    [InlineData("never-heard-of", "Something new.", "Something new.")]
    public void A_sentence_keeps_its_values(string code, string sentence, string chinese)
    {
        Assert.Equal(sentence, Findings.Of(code, sentence));
        using var _ = new InChinese();
        Assert.Equal(chinese, Findings.Of(code, sentence));
    }

    [Fact]
    public async Task Findings_and_refusals_come_in_the_callers_language()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var author = await host.SignInAsync("wei", Role.ProcessAdmin);
        author.DefaultRequestHeaders.AcceptLanguage.Clear();
        author.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN");
        const string xml = """
            <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="p" isExecutable="true">
            <startEvent id="s"/><task id="lost"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/></process></definitions>
            """;

        var found = await (await author.PostAsJsonAsync("/api/v1/sops/lint", new { xml }, Token)).Content.ReadFromJsonAsync<JsonElement>(Token);
        var refused = await (await author.PostAsJsonAsync("/api/v1/sops", new { xml = xml.Replace("targetRef=\"e\"", "targetRef=\"nowhere\"", StringComparison.Ordinal) }, Token)).Content.ReadAsStringAsync(Token);

        Assert.Contains("没有连线通到此元素。请连上，或删除。", found.EnumerateArray().Select(problem => problem.GetProperty("message").GetString()));
        Assert.Contains("指向的「nowhere」不在同一范围内", Regex.Unescape(refused), StringComparison.Ordinal);
    }

    /// <summary>Every code that the reader, lint and the engine use, with the sentences that stand with it; values filled in.</summary>
    private static List<(string Code, string? Sentence)> Said()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Orchestrator.sln")))
            root = root.Parent!;
        var said = new List<(string, string?)>();
        foreach (var file in Speakers.SelectMany(part => Sources(Path.Combine(root.FullName, "workflows", part))))
        {
            var source = File.ReadAllText(file);
            foreach (var match in Finding().Matches(source).Concat(Unnamed().Matches(source)))
            {
                var code = match.Groups["code"] is { Success: true } named ? named.Value : match.Groups.Cast<Group>().Skip(1).First(group => group.Success).Name;
                // What begins with a blank is the end of a sentence that was put together before.
                var sentences = Literals(source, match.Index + match.Length).Where(text => text.Length > 15 && text[0] != ' ' && text.Contains(' ', StringComparison.Ordinal)).ToList();
                said.AddRange(sentences.Count == 0 ? [(code, null)] : sentences.Select(sentence => (code, (string?)sentence)));
            }
        }
        return said;
    }

    private static IEnumerable<string> Sources(string path) => File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories);

    // The string literals up to the end of the statement.
    private static IEnumerable<string> Literals(string source, int at)
    {
        for (; at < source.Length && source[at] != ';'; at++)
        {
            if (source[at] != '"')
                continue;
            var (text, end) = Literal(source, at + 1, source[at - 1] == '$');
            yield return text;
            at = end;
        }
    }

    private static (string Text, int End) Literal(string source, int at, bool isFilled)
    {
        var text = new StringBuilder();
        for (; source[at] != '"'; at++)
        {
            if (source[at] == '\\')
                text.Append(source[++at]);
            else if (isFilled && source[at] == '{')
                (at, _) = (Closing(source, at), text.Append(Value));
            else
                text.Append(source[at]);
        }
        return (text.ToString(), at);
    }

    private static int Closing(string source, int at)
    {
        for (var depth = 0; ; at++)
        {
            if (source[at] == '"')
                at = Literal(source, at + 1, source[at - 1] == '$').End;
            else if (source[at] == '{')
                depth++;
            else if (source[at] == '}' && --depth == 0)
                return at;
        }
    }

    private sealed class InChinese : IDisposable
    {
        private readonly CultureInfo before = CultureInfo.CurrentUICulture;

        public InChinese() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(Texts.Chinese);

        public void Dispose() => CultureInfo.CurrentUICulture = before;
    }
}
