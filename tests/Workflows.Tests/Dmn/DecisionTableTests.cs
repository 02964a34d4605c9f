using Orchestrator.Workflows.Dmn;

namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class DecisionTableTests
{
    [Fact]
    public void A_matched_rule_carries_its_evidence()
    {
        var rule = Assert.Single(Tables.Of("UNIQUE", null, "< 5 => 1", ">= 5 => 2").Decide(("x", 7)).MatchedRules);

        Assert.Equal(("d", 2, "r2", "note 2", 7m), (rule.DecisionId, rule.Rule, rule.RuleId, rule.Annotations["why"], rule.Inputs["x"]));
    }

    [Fact]
    public void Several_outputs_make_a_context_and_defaults_stand_in()
    {
        var model = Tables.Read("""
            <decision id="d" name="D"><variable name="D"/>
              <decisionTable>
                <input><inputExpression><text>1</text></inputExpression></input>
                <output name="a"><defaultOutputEntry><text>"none"</text></defaultOutputEntry></output>
                <output name="b"/>
                <rule><inputEntry><text>2</text></inputEntry><outputEntry><text>"x"</text></outputEntry><outputEntry><text>1</text></outputEntry></rule>
              </decisionTable>
            </decision>
            """);

        Assert.Equal("""{a: "none", b: null}""", model.Decide().Text());
    }

    [Fact]
    public void An_input_outside_its_allowed_values_gives_null()
    {
        var model = Tables.Read("""
            <inputData id="x" name="x"><variable name="x"/></inputData>
            <decision id="d" name="D"><variable name="D"/><informationRequirement><requiredInput href="#x"/></informationRequirement>
              <decisionTable>
                <input><inputExpression><text>x</text></inputExpression><inputValues><text>"a", "b"</text></inputValues></input>
                <output/>
                <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
              </decisionTable>
            </decision>
            """);

        Assert.Equal("1", model.Decide(("x", "a")).Text());
        Assert.Contains("is not among the allowed values", model.Decide(("x", "c")).Diagnostics[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_does_not_fit_the_columns_is_refused_with_its_line()
    {
        var problem = Assert.Single(Assert.Throws<DmnException>(() => Tables.Read("""

            <decision id="d" name="D"><decisionTable>
                <input><inputExpression><text>1</text></inputExpression></input>
                <output/>
                <rule id="r1"><outputEntry><text>1</text></outputEntry></rule>
            </decisionTable></decision>
            """)).Problems);

        Assert.Equal(("r1", 5), (problem.Element, problem.Line));
    }
}
