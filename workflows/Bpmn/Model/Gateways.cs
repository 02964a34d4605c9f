namespace Orchestrator.Workflows.Bpmn;

/// <summary>One way out: the first flow whose condition holds, else the default.</summary>
public sealed class ExclusiveGateway : FlowNode;

/// <summary>Waits for a token on every incoming flow, then takes every outgoing one.</summary>
public sealed class ParallelGateway : FlowNode;

/// <summary>Waits for every token that can still arrive, then takes each flow whose condition holds.</summary>
public sealed class InclusiveGateway : FlowNode;

/// <summary>The first of the events behind it decides the way.</summary>
public sealed class EventBasedGateway : FlowNode;
