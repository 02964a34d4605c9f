using System.Text.Json;
using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class GraphTests
{
    private const string Loan = """
        <itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
        <inputData id="amount" name="loan amount"><variable name="loan amount" typeRef="number"/></inputData>
        <inputData id="grade" name="grade"><variable name="grade" typeRef="tGrade"/></inputData>
        <businessKnowledgeModel id="fee" name="fee of"><variable name="fee of"/>
          <encapsulatedLogic><formalParameter name="amount" typeRef="number"/><literalExpression><text>amount * 0.01</text></literalExpression></encapsulatedLogic>
        </businessKnowledgeModel>
        <decision id="base" name="base fee"><variable name="base fee" typeRef="number"/>
          <informationRequirement><requiredInput href="#amount"/></informationRequirement>
          <knowledgeRequirement><requiredKnowledge href="#fee"/></knowledgeRequirement>
          <invocation><literalExpression><text>fee of</text></literalExpression>
            <binding><parameter name="amount"/><literalExpression><text>loan amount</text></literalExpression></binding></invocation>
        </decision>
        <decision id="final" name="final fee"><variable name="final fee" typeRef="number"/>
          <informationRequirement><requiredDecision href="#base"/></informationRequirement>
          <informationRequirement><requiredInput href="#grade"/></informationRequirement>
          <context>
            <contextEntry><variable name="factor"/><literalExpression><text>if grade = "A" then 0.5 else 1</text></literalExpression></contextEntry>
            <contextEntry><literalExpression><text>base fee * factor</text></literalExpression></contextEntry>
          </context>
        </decision>
        <decisionService id="s" name="pricing"><variable name="pricing"/>
          <outputDecision href="#final"/><inputData href="#grade"/><inputDecision href="#base"/>
        </decisionService>
        """;

    [Fact]
    public void A_decision_is_made_with_all_that_it_requires() =>
        Assert.Equal("50", Tables.Read(Loan).Decide(("loan amount", 10_000), ("grade", "A")).Text());

    [Fact]
    public void A_service_takes_its_inputs_in_place_of_its_input_decisions()
    {
        var inputs = FeelScope.From(new Dictionary<string, object?> { ["grade"] = "B", ["base fee"] = 7 });
        Assert.Equal(7m, Tables.Read(Loan).EvaluateService("pricing", inputs).Value);
    }

    [Fact]
    public void A_model_tells_its_decisions_and_what_they_need()
    {
        var info = Tables.Read(Loan).Decisions.Single(decision => decision.Id == "final");

        Assert.Equal(["grade", "loan amount"], info.Inputs.Select(input => input.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["base"], info.Requires);
        Assert.Equal("number", info.Type.ToString());
    }

    [Fact]
    public void An_input_that_is_not_of_its_type_counts_as_null_and_is_reported()
    {
        var result = Tables.Read(Loan).Decide(("loan amount", "much"), ("grade", "A"));

        Assert.Null(result.Value);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Element == "loan amount");
        Assert.Contains(Tables.Read(Loan).Decide(("loan amount", 1), ("grade", "Z")).Diagnostics, diagnostic => diagnostic.Cause.Contains("allowed values", StringComparison.Ordinal));
    }

    [Fact]
    public void An_input_that_is_missing_is_named() =>
        Assert.Contains(Tables.Read(Loan).Decide(("grade", "A")).Diagnostics, diagnostic => diagnostic.Cause == "The input 'loan amount' is not given.");

    [Fact]
    public void JSON_text_becomes_what_the_input_is_declared_as()
    {
        var model = Tables.Read("""
            <inputData id="d" name="due"><variable name="due" typeRef="date"/></inputData>
            <decision id="x" name="X"><variable name="X"/><informationRequirement><requiredInput href="#d"/></informationRequirement>
              <literalExpression><text>due.year</text></literalExpression></decision>
            """);
        var json = JsonDocument.Parse("""{"due": "2026-05-01"}""").RootElement;

        Assert.Equal(2026m, model.Evaluate("X", FeelScope.From(json)).Value);
    }

    [Fact]
    public void Imported_elements_stand_below_the_imports_name()
    {
        var library = Tables.Read("""<decision id="r" name="base rate"><variable name="base rate"/><literalExpression><text>3</text></literalExpression></decision>""");
        var model = DmnReader.Read($"""
            <definitions xmlns="{Tables.Namespace}" name="N" namespace="urn:other">
              <import name="lib" namespace="urn:test" importType="{Tables.Namespace}"/>
              <decision id="d" name="D"><variable name="D"/><informationRequirement><requiredDecision href="urn:test#r"/></informationRequirement>
                <literalExpression><text>lib.base rate + 1</text></literalExpression></decision>
            </definitions>
            """, wanted => wanted == "urn:test" ? library : null);

        Assert.Equal("4", model.Decide().Text());
    }

    [Fact]
    public void A_model_is_evaluated_by_many_threads_at_once()
    {
        var model = Tables.Read(Loan);
        Parallel.For(0, 2_000, index => Assert.Equal(index * 0.005m, model.Evaluate("final", FeelScope.From(new Dictionary<string, object?> { ["loan amount"] = index, ["grade"] = "A" })).Value));
    }

    [Fact]
    public void A_decision_reads_the_keys_that_another_wrote() =>
        Assert.Equal("[2, 3, [4]]", Tables.Read("""
            <decision id="a" name="A"><variable name="A"/><literalExpression><text>{"unit price": 2, list price: 3, rows: [{net price: 4}]}</text></literalExpression></decision>
            <decision id="b" name="B"><variable name="B"/><informationRequirement><requiredDecision href="#a"/></informationRequirement>
              <literalExpression><text>[A.unit price, A.list price, A.rows[net price > 1].net price]</text></literalExpression></decision>
            """).Decide().Text());

    [Fact]
    public void An_unknown_decision_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Tables.Read(Loan).Evaluate("nothing", FeelScope.Empty));
}
