using Orchestrator.Workflows.Bpmn;
using Orchestrator.Workflows.Bpmn.Lint;
using Orchestrator.Workflows.Tests.Execution;

namespace Orchestrator.Workflows.Tests.Bpmn;

public sealed class SopLintTests
{
    private static readonly Dictionary<string, IReadOnlyCollection<string>> Enough = new()
    {
        ["owner"] = ["lin", "zhou"],
        ["business-head"] = ["wang"],
        ["risk"] = ["chen", "xu"],
        ["compliance"] = ["li"],
        ["consumer-protection"] = ["zhao"],
        ["finance"] = ["qian"],
        ["executive"] = ["sun"],
        ["platform"] = ["wu", "zheng", "he"],
        ["process-admin"] = ["gao"],
    };

    [Theory]
    [InlineData("standard-campaign")]
    [InlineData("express-campaign")]
    public void A_shipped_sop_may_be_published_where_every_role_has_people(string name)
    {
        var sop = ShippedSopsTests.Read(name).Require().Main;

        var problems = SopLint.Check(sop, new LintSurroundings { Members = Enough });

        Assert.DoesNotContain(problems, p => p.IsError);
    }

    [Fact]
    public void It_says_which_role_lacks_a_person_for_separated_duties()
    {
        var members = new Dictionary<string, IReadOnlyCollection<string>>(Enough) { ["consumer-protection"] = ["li"] };
        var sop = ShippedSopsTests.Read("standard-campaign").Require().Main;

        var problem = Assert.Single(SopLint.Check(sop, new LintSurroundings { Members = members }), p => p.IsError);

        Assert.Equal("separation-impossible", problem.Code);
        Assert.Contains("'consumer-protection' (it has 1)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'compliance' (it has 1)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_owner_who_is_needed_elsewhere_is_a_warning_as_long_as_others_can_own()
    {
        var members = new Dictionary<string, IReadOnlyCollection<string>>(Enough) { ["owner"] = ["lin", "wang"] };
        var sop = ShippedSopsTests.Read("standard-campaign").Require().Main;

        Assert.Contains(SopLint.Check(sop, new LintSurroundings { Members = members }), p => p is { Code: "separation-owner", IsError: false });
    }

    [Fact]
    public void A_launch_that_a_sign_off_does_not_precede_is_an_error() =>
        AssertFound("sign-off-missing", """
            <startEvent id="s"/><exclusiveGateway id="g" default="skip"/>
            <userTask id="risk-sign" sop:covers="all"><extensionElements><zeebe:assignmentDefinition candidateGroups="risk"/></extensionElements></userTask>
            <serviceTask id="launch" sop:launch="true"><extensionElements><zeebe:taskDefinition type="launch"/></extensionElements></serviceTask>
            <endEvent id="e"/>
            <f a="s" b="g"/><f a="g" b="risk-sign" if="amount &gt; 1"/><f id="skip" a="g" b="launch"/><f a="risk-sign" b="launch"/><f a="launch" b="e"/>
            """, "launch");

    [Fact]
    public void Sign_offs_on_parallel_branches_that_are_joined_count()
    {
        var problems = Check("""
            <startEvent id="s"/><parallelGateway id="g"/>
            <userTask id="a" sop:covers="all"><extensionElements><zeebe:assignmentDefinition candidateGroups="risk"/></extensionElements></userTask>
            <userTask id="b" sop:covers="all"><extensionElements><zeebe:assignmentDefinition candidateGroups="compliance"/></extensionElements></userTask>
            <userTask id="c" sop:covers="all"><extensionElements><zeebe:assignmentDefinition candidateGroups="consumer-protection"/></extensionElements></userTask>
            <parallelGateway id="j"/><task id="launch" sop:launch="true"/><endEvent id="e"/>
            <f a="s" b="g"/><f a="g" b="a"/><f a="g" b="b"/><f a="g" b="c"/><f a="a" b="j"/><f a="b" b="j"/><f a="c" b="j"/><f a="j" b="launch"/><f a="launch" b="e"/>
            """);
        Assert.DoesNotContain(problems, p => p.Code == "sign-off-missing");
    }

    [Fact]
    public void A_parallel_join_of_alternatives_is_a_deadlock() =>
        AssertFound("deadlock", """
            <startEvent id="s"/><exclusiveGateway id="x" default="d"/><task id="a"/><task id="b"/><parallelGateway id="j"/><endEvent id="e"/>
            <f a="s" b="x"/><f a="x" b="a" if="c"/><f id="d" a="x" b="b"/><f a="a" b="j"/><f a="b" b="j"/><f a="j" b="e"/>
            """, "j");

    [Fact]
    public void A_loop_back_into_a_branch_of_a_parallel_join_is_no_deadlock()
    {
        var problems = Check("""
            <startEvent id="s"/><parallelGateway id="p"/><task id="a"/><exclusiveGateway id="x" default="d"/><task id="b"/><parallelGateway id="j"/><endEvent id="e"/>
            <f a="s" b="p"/><f a="p" b="a"/><f a="p" b="b"/><f a="a" b="x"/><f a="x" b="a" if="again"/><f id="d" a="x" b="j"/><f a="b" b="j"/><f a="j" b="e"/>
            """);
        Assert.DoesNotContain(problems, p => p.Code == "deadlock");
    }

    [Theory]
    [InlineData("unreachable", "lost", """<startEvent id="s"/><task id="lost"/><endEvent id="e"/><f a="s" b="e"/>""")]
    [InlineData("no-end", "b", """<startEvent id="s"/><task id="a"/><task id="b"/><f a="s" b="a"/><f a="a" b="b"/><f a="b" b="a"/>""")]
    [InlineData("condition-missing", "x", """<startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="o"/><f a="s" b="x"/><f a="x" b="e"/><f a="x" b="o" if="c"/>""")]
    [InlineData("default-missing", "x", """<startEvent id="s"/><exclusiveGateway id="x"/><endEvent id="e"/><endEvent id="o"/><f a="s" b="x"/><f a="x" b="e" if="d"/><f a="x" b="o" if="c"/>""")]
    [InlineData("role-missing", "t", """<startEvent id="s"/><userTask id="t"/><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>""")]
    [InlineData("timer-zone", "t", """<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>0 30 9 * * *</timeCycle></timerEventDefinition></intermediateCatchEvent><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>""")]
    [InlineData("decision-unknown", "r", """<startEvent id="s"/><businessRuleTask id="r"><extensionElements><zeebe:calledDecision decisionId="none" resultVariable="x"/></extensionElements></businessRuleTask><endEvent id="e"/><f a="s" b="r"/><f a="r" b="e"/>""")]
    [InlineData("worker-unknown", "w", """<startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="none"/></extensionElements></serviceTask><endEvent id="e"/><f a="s" b="w"/><f a="w" b="e"/>""")]
    [InlineData("template-unknown", "w", """<startEvent id="s"/><serviceTask id="w"><extensionElements><zeebe:taskDefinition type="send"/><zeebe:taskHeaders><zeebe:header key="template" value="none"/></zeebe:taskHeaders></extensionElements></serviceTask><endEvent id="e"/><f a="s" b="w"/><f a="w" b="e"/>""")]
    [InlineData("role-unknown", "t", """<startEvent id="s"/><userTask id="t"><extensionElements><zeebe:assignmentDefinition candidateGroups="nobody"/></extensionElements></userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>""")]
    [InlineData("form-unknown", "t", """<startEvent id="s"/><userTask id="t"><extensionElements><zeebe:formDefinition formId="none"/><zeebe:assignmentDefinition candidateGroups="risk"/></extensionElements></userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>""")]
    [InlineData("outcome-ignored", "t", """<startEvent id="s"/><userTask id="t"><extensionElements><zeebe:assignmentDefinition candidateGroups="risk"/><sop:outcomes><sop:outcome id="no" requiresReason="true"/></sop:outcomes></extensionElements></userTask><endEvent id="e"/><f a="s" b="t"/><f a="t" b="e"/>""")]
    public void It_finds(string code, string elementId, string body) => AssertFound(code, body, elementId);

    private static void AssertFound(string code, string body, string elementId) =>
        Assert.Contains(Check(body), p => p.Code == code && p.ElementId == elementId);

    private static IReadOnlyList<BpmnProblem> Check(string body) => SopLint.Check(Xml.Process(body), new LintSurroundings
    {
        Members = Enough,
        Forms = new HashSet<string>(),
        Decisions = new HashSet<string>(),
        ServiceTypes = new HashSet<string> { "send", "launch" },
        Templates = new HashSet<string>(),
    });
}
