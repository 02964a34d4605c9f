using System.Text;
using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Tests.Execution;

namespace Orchestrator.Workflows.Tests.Bpmn;

public sealed class BpmnReaderTests
{
    [Fact]
    public void Every_problem_is_reported_at_once_with_element_and_line()
    {
        var reading = Xml.Read("""
            <startEvent id="s"/>
            <serviceTask id="w" name="Work"/>
            <complexGateway id="c"/>
            <exclusiveGateway id="x" default="nowhere"/>
            <f a="s" b="gone"/><f a="s" b="x" if="1 +"/>
            """);

        Assert.Null(reading.Definitions);
        Assert.Equal(
            ["task-type-missing", "unsupported-element", "default-unknown", "flow-dangling", "expression-invalid"],
            reading.Problems.Select(p => p.Code));
        var work = reading.Problems[0];
        Assert.Equal(("w", "Work", 6), (work.ElementId, work.ElementName, work.Line));
        Assert.Contains("zeebe:taskDefinition", work.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("complexGateway", """<startEvent id="s"/><complexGateway id="c"/>""")]
    [InlineData("transaction", """<startEvent id="s"/><transaction id="c"><startEvent id="i"/></transaction>""")]
    [InlineData("adHocSubProcess", """<startEvent id="s"/><adHocSubProcess id="c"><task id="i"/></adHocSubProcess>""")]
    [InlineData("cancelEventDefinition", """<startEvent id="s"/><endEvent id="c"><cancelEventDefinition/></endEvent>""")]
    [InlineData("dataInputAssociation", """<startEvent id="s"/><task id="c"><dataInputAssociation/></task>""")]
    [InlineData("several triggers", """<startEvent id="s"/><endEvent id="c"><messageEventDefinition/><terminateEventDefinition/></endEvent>""")]
    [InlineData("starts the process", """<startEvent id="s"/><eventBasedGateway id="c" instantiate="true"/>""")]
    [InlineData("startQuantity", """<startEvent id="s"/><task id="c" startQuantity="2"/>""")]
    [InlineData("choreographyTask", """<startEvent id="s"/><choreographyTask id="c"/>""")]
    public void What_is_not_executed_is_refused_with_what_to_use_instead(string what, string body)
    {
        var problem = Assert.Single(Xml.Read(body).Problems, p => p.Code == "unsupported-element");
        Assert.Equal("c", problem.ElementId);
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        Assert.Matches(" (Use|Remove|Only|Transactions|Model) ?", problem.Message);
    }

    [Theory]
    [InlineData("other-engine", """<startEvent id="s"/><userTask id="t" camunda:assignee="anna"/>""")]
    [InlineData("unsupported-extension", """<startEvent id="s"/><userTask id="t" sop:deu="P2WD"/>""")]
    [InlineData("unsupported-extension", """<startEvent id="s"/><userTask id="t"><extensionElements><zeebe:executionListeners/></extensionElements></userTask>""")]
    [InlineData("due-invalid", """<startEvent id="s"/><userTask id="t" sop:due="2WD"/>""")]
    [InlineData("separation-unknown", """<startEvent id="s"/><userTask id="t" sop:separateFrom="u"/>""")]
    [InlineData("send-back-unknown", """<startEvent id="s"/><userTask id="t"><extensionElements><sop:outcomes><sop:outcome id="no" sendBackTo="nowhere"/></sop:outcomes></extensionElements></userTask>""")]
    [InlineData("stage-unknown", """<startEvent id="s"/><userTask id="t" sop:stage="x"/>""")]
    [InlineData("timer-invalid", """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>5 minutes</timeDuration></timerEventDefinition></intermediateCatchEvent>""")]
    [InlineData("zone-unknown", """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition sop:zone="Mars/Base"><timeDuration>PT5M</timeDuration></timerEventDefinition></intermediateCatchEvent>""")]
    [InlineData("message-unknown", """<startEvent id="s"/><receiveTask id="t" messageRef="none"/>""")]
    [InlineData("error-unknown", """<startEvent id="s"/><endEvent id="t"><errorEventDefinition errorRef="none"/></endEvent>""")]
    [InlineData("link-unknown", """<startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent>""")]
    [InlineData("boundary-unattached", """<startEvent id="s"/><boundaryEvent id="t" attachedToRef="s"><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent>""")]
    [InlineData("boundary-noninterrupting", """<startEvent id="s"/><task id="a"/><boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><errorEventDefinition/></boundaryEvent>""")]
    [InlineData("compensation-handler", """<startEvent id="s"/><task id="a"/><boundaryEvent id="t" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>""")]
    [InlineData("loop-incomplete", """<startEvent id="s"/><task id="t"><multiInstanceLoopCharacteristics/></task>""")]
    [InlineData("several-starts", """<startEvent id="s"/><startEvent id="s2"/>""")]
    [InlineData("no-start", "")]
    [InlineData("duplicate-id", """<startEvent id="s"/><task id="s"/>""")]
    [InlineData("event-gateway", """<startEvent id="s"/><eventBasedGateway id="g"/><task id="t"/><f a="g" b="t"/>""")]
    [InlineData("flow-position", """<startEvent id="s"/><endEvent id="e"/><task id="t"/><f a="e" b="t"/>""")]
    [InlineData("event-subprocess-start", """<startEvent id="s"/><subProcess id="e" triggeredByEvent="true"><startEvent id="i"/></subProcess>""")]
    public void A_mistake_is_refused(string code, string body) =>
        Assert.Contains(Xml.Read(body).Problems, p => p.Code == code && p.IsError);

    [Theory]
    [InlineData("not xml at all", "not-xml")]
    [InlineData("<!DOCTYPE d [<!ENTITY a \"b\">]><d>&a;</d>", "not-xml")]
    [InlineData("<definitions/>", "not-bpmn")]
    [InlineData("", "not-xml")]
    public void A_file_that_is_no_bpmn_is_refused_without_an_exception(string xml, string code) =>
        Assert.Equal(code, Assert.Single(BpmnReader.Read(xml).Problems).Code);

    [Fact]
    public void Entities_never_expand_and_deep_or_huge_files_are_refused_quickly()
    {
        var laughs = "<!DOCTYPE l [<!ENTITY a0 \"ha\">" + string.Concat(Enumerable.Range(1, 20).Select(i => $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};&a{i - 1};\">")) + "]><definitions>&a20;</definitions>";
        Assert.Contains("DOCTYPE", Assert.Single(BpmnReader.Read(laughs).Problems).Message, StringComparison.Ordinal);

        var deep = string.Concat(Enumerable.Repeat("<a>", 50_000)) + string.Concat(Enumerable.Repeat("</a>", 50_000));
        Assert.Equal("file-too-deep", Assert.Single(BpmnReader.Read(deep).Problems).Code);

        var wide = "<a>" + string.Concat(Enumerable.Repeat("<b/>", 150_000)) + "</a>";
        Assert.Equal("file-too-large", Assert.Single(BpmnReader.Read(wide).Problems).Code);
        Assert.Equal("file-too-large", Assert.Single(BpmnReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 6_000_000)))).Problems).Code);
    }

    [Fact]
    public void The_sop_extension_is_read()
    {
        var process = Xml.Process("""
            <extensionElements><sop:name zh="流程" en="Flow"/><sop:stages><sop:stage id="one" zh="一" en="One"/><sop:stage id="two" zh="二" en="Two"/></sop:stages></extensionElements>
            <startEvent id="s" sop:stage="one"/><userTask id="a" sop:stage="one"/>
            <userTask id="risk-sign" name="风控" sop:stage="two" sop:covers="texts, rules" sop:separateFrom="owner a" sop:quorum="2">
              <extensionElements><sop:outcomes><sop:outcome id="yes" zh="同意" en="Approve"/></sop:outcomes><sop:obligation id="o" zh="已查" en="Checked"/></extensionElements></userTask>
            <f a="s" b="a"/><f a="a" b="risk-sign"/>
            """, """sop:zone="Asia/Shanghai" """);
        var task = Assert.IsType<UserTask>(process.Find("risk-sign"));

        Assert.Equal(new LocalizedText("流程", "Flow"), process.Name);
        Assert.Equal(["a", "risk-sign"], process.Stages.Select(s => s.EntryElementId));
        Assert.Equal("riskSignOutcome", task.OutcomeVariable);
        Assert.Equal(["texts", "rules"], task.Covers);
        Assert.Equal(["owner", "a"], task.SeparateFrom);
        Assert.Equal(2, task.Quorum);
        Assert.Equal("同意", task.Outcomes[0].Name.In("zh-CN"));
        Assert.Equal("Checked", task.Obligations[0].Text.En);
        Assert.Equal("two", process.StageOf("risk-sign")!.Id);
    }

    [Fact]
    public void Mutated_files_never_throw_or_hang()
    {
        using var stream = typeof(BpmnReader).Assembly.GetManifestResourceStream("Sops/standard-campaign.bpmn")!;
        using var reader = new StreamReader(stream);
        var original = reader.ReadToEnd();
        var random = new Random(20260302);
        for (var i = 0; i < 300; i++)
        {
            var mutated = new StringBuilder(original);
            for (var j = random.Next(1, 6); j > 0; j--)
            {
                var at = random.Next(mutated.Length - 50);
                switch (random.Next(3))
                {
                    case 0: mutated.Remove(at, random.Next(1, 40)); break;
                    case 1: mutated.Insert(at, mutated.ToString(random.Next(mutated.Length - 60), random.Next(1, 50))); break;
                    default: mutated[at] = (char)random.Next(32, 0x4E20); break;
                }
            }
            Assert.NotNull(BpmnReader.Read(mutated.ToString()).Problems);
        }
    }
}
