using Orchestrator.Workflows.Bpmn;

namespace Orchestrator.Workflows.Tests.Execution;

/// <summary>Short BPMN for tests: elements without a prefix, flows as <c>&lt;f a="from" b="to"/&gt;</c> with optional <c>if</c>.</summary>
internal static class Xml
{
    internal static ProcessDefinition Process(string body, string attributes = "", string globals = "", string id = "process")
    {
        var reading = BpmnReader.Read(File(body, attributes, globals, id));
        Assert.True(reading.Definitions is not null, string.Join('\n', reading.Problems));
        return reading.Definitions.Main;
    }

    internal static BpmnReading Read(string body, string attributes = "", string globals = "") => BpmnReader.Read(File(body, attributes, globals));

    internal static string File(string body, string attributes = "", string globals = "", string id = "process") =>
        $"""
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
          xmlns:sop="urn:orchestrator:sop:1" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">
        {globals}
        <process id="{id}" isExecutable="true" {attributes}>
        {Flows(body)}
        </process></definitions>
        """;

    private static string Flows(string body)
    {
        var count = 0;
        return System.Text.RegularExpressions.Regex.Replace(body, """<f (id="(?<id>[^"]+)" )?a="(?<a>[^"]+)" b="(?<b>[^"]+)"( if="(?<if>[^"]+)")?\s*/>""", match =>
        {
            var id = match.Groups["id"].Success ? match.Groups["id"].Value : $"f{++count}";
            var condition = match.Groups["if"].Success ? $"<conditionExpression>{match.Groups["if"].Value}</conditionExpression>" : "";
            return $"""<sequenceFlow id="{id}" sourceRef="{match.Groups["a"].Value}" targetRef="{match.Groups["b"].Value}">{condition}</sequenceFlow>""";
        });
    }
}
