using Orchestrator.Workflows.Dmn;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Dmn;

/// <summary>Small models for tests, written from their parts.</summary>
internal static class Tables
{
    public const string Namespace = "https://www.omg.org/spec/DMN/20230324/MODEL/";

    /// <summary>A table over the number <c>x</c>: rules as "test => output", where output values give the priority.</summary>
    public static DmnModel Of(string policy, string? outputValues, params string[] rules)
    {
        var (name, aggregation) = policy.Split(' ') is ["COLLECT", var how] ? ("COLLECT", $" aggregation='{how}'") : (policy, "");
        var rows = string.Concat(rules.Select(rule => rule.Split("=>", StringSplitOptions.TrimEntries)).Select((parts, index) => $"""
            <rule id="r{index + 1}"><inputEntry><text><![CDATA[{parts[0]}]]></text></inputEntry><outputEntry><text>{parts[1]}</text></outputEntry>
            <annotationEntry><text>note {index + 1}</text></annotationEntry></rule>
            """));
        var values = outputValues is null ? "" : $"<outputValues><text>{outputValues}</text></outputValues>";
        return Read($"""
            <inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="d" name="D"><variable name="D"/>
              <informationRequirement><requiredInput href="#x"/></informationRequirement>
              <decisionTable hitPolicy="{name}"{aggregation}>
                <input><inputExpression typeRef="number"><text>x</text></inputExpression></input>
                <output name="out">{values}</output>
                <annotation name="why"/>
                {rows}
              </decisionTable>
            </decision>
            """);
    }

    public static DmnModel Read(string content) => DmnReader.Read(Model(content));

    public static string Model(string content) => $"""
        <definitions xmlns="{Namespace}" id="m" name="M" namespace="urn:test">{content}</definitions>
        """;

    public static DecisionResult Decide(this DmnModel model, params (string Name, object? Value)[] inputs) =>
        model.Evaluate(model.Decisions[^1].Name, FeelScope.From(inputs.ToDictionary(input => input.Name, input => input.Value)));

    public static string Text(this DecisionResult result) => FeelFormat.ToText(result.Value);
}
