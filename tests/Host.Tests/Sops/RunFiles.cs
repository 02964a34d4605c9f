namespace Orchestrator.Host.Tests.Sops;

/// <summary>Small processes without people.</summary>
internal static class RunFiles
{
    public static string TwoSteps => File("two-steps", """
        <startEvent id="s"/>
        <serviceTask id="first"><extensionElements><zeebe:taskDefinition type="charge-card"/></extensionElements></serviceTask>
        <serviceTask id="second"><extensionElements><zeebe:taskDefinition type="ship"/></extensionElements></serviceTask><endEvent id="e"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="first"/><sequenceFlow id="f2" sourceRef="first" targetRef="second"/><sequenceFlow id="f3" sourceRef="second" targetRef="e"/>
        """);

    public static string WaitsAnHour => File("waits", """
        <startEvent id="s"/><intermediateCatchEvent id="hour"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <exclusiveGateway id="x" default="f4"/><endEvent id="big"/><endEvent id="small"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="hour"/><sequenceFlow id="f2" sourceRef="hour" targetRef="x"/>
        <sequenceFlow id="f3" sourceRef="x" targetRef="big"><conditionExpression>amount > 100</conditionExpression></sequenceFlow><sequenceFlow id="f4" sourceRef="x" targetRef="small"/>
        """);

    /// <summary>Does a piece of work, then waits for the message of its order.</summary>
    public static string WaitsForPayment => File("awaits-payment", """
        <startEvent id="s"/><serviceTask id="work"><extensionElements><zeebe:taskDefinition type="offer"/></extensionElements></serviceTask>
        <intermediateCatchEvent id="paid"><messageEventDefinition messageRef="M"/></intermediateCatchEvent><endEvent id="e"/>
        <sequenceFlow id="f1" sourceRef="s" targetRef="work"/><sequenceFlow id="f2" sourceRef="work" targetRef="paid"/><sequenceFlow id="f3" sourceRef="paid" targetRef="e"/>
        """, """<message id="M" name="payment"><extensionElements><zeebe:subscription correlationKey="= order"/></extensionElements></message>""");

    public static string BeginsWithAMessage => File("begins", """
        <startEvent id="ordered"><messageEventDefinition messageRef="M"/></startEvent>
        <serviceTask id="pack"><extensionElements><zeebe:taskDefinition type="pack"/></extensionElements></serviceTask><endEvent id="e"/>
        <sequenceFlow id="f1" sourceRef="ordered" targetRef="pack"/><sequenceFlow id="f2" sourceRef="pack" targetRef="e"/>
        """, """<message id="M" name="order"/>""");

    private static string File(string id, string body, string globals = "") => $"""
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:sop="urn:orchestrator:sop:1" targetNamespace="urn:test">
        {globals}<process id="{id}" isExecutable="true" sop:zone="Asia/Shanghai">{body}</process></definitions>
        """;
}
