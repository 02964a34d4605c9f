namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>BPMN element names that are only descriptive, and what to use instead of those that are refused.</summary>
internal static class ElementCatalog
{
    /// <summary>Inside a scope: text, data and layout that execution may ignore without changing its meaning.</summary>
    internal static readonly IReadOnlySet<string> DescriptiveInScope = new HashSet<string>(StringComparer.Ordinal)
    {
        "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "textAnnotation", "group", "association",
        "dataObject", "dataObjectReference", "dataStoreReference", "auditing", "monitoring", "supports", "artifact",
        "multiInstanceLoopCharacteristics", "standardLoopCharacteristics",
    };

    internal static readonly IReadOnlySet<string> DescriptiveAtTop = new HashSet<string>(StringComparer.Ordinal)
    {
        "documentation", "extensionElements", "collaboration", "itemDefinition", "interface", "resource", "dataStore", "category",
        "partnerEntity", "partnerRole", "endPoint", "relationship", "extension", "correlationProperty", "message", "error", "signal", "escalation",
        "process",
    };

    internal static readonly IReadOnlyDictionary<string, string> Instead = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["complexGateway"] = "Use an inclusive gateway, or a script task followed by an exclusive gateway.",
        ["transaction"] = "Use a subprocess with compensation handlers and an error boundary event that throws compensation.",
        ["adHocSubProcess"] = "Use a subprocess whose tasks lie behind an inclusive gateway, or a parallel multi-instance task.",
        ["cancelEventDefinition"] = "Transactions are not executed. Use an error end event and an error boundary event.",
        ["ioSpecification"] = "Use zeebe:ioMapping in the element's extensionElements.",
        ["dataInputAssociation"] = "Use zeebe:input in a zeebe:ioMapping.",
        ["dataOutputAssociation"] = "Use zeebe:output in a zeebe:ioMapping.",
        ["property"] = "Use a process variable, set by an io mapping or a script task.",
        ["correlationSubscription"] = "Use zeebe:subscription correlationKey on the message.",
        ["choreographyTask"] = "Only processes are executed. Model it as a send and a receive task.",
        ["choreography"] = "Only processes are executed. Remove the choreography.",
        ["import"] = "Imports are not followed. Publish called processes and decisions under their ids.",
        ["globalTask"] = "A call activity can only call a process. Put the task into the process.",
        ["globalUserTask"] = "A call activity can only call a process. Put the user task into the process.",
        ["globalScriptTask"] = "A call activity can only call a process. Put the script task into the process.",
        ["globalBusinessRuleTask"] = "A call activity can only call a process. Put the business rule task into the process.",
        ["globalManualTask"] = "A call activity can only call a process. Put the task into the process.",
    };

    internal static string InsteadOf(string name) =>
        Instead.GetValueOrDefault(name, "Remove it, or use one of the elements listed in docs/bpmn.md.");

    internal static readonly IReadOnlySet<string> Zeebe = new HashSet<string>(StringComparer.Ordinal)
    {
        "taskDefinition", "taskHeaders", "header", "ioMapping", "input", "output", "calledElement", "calledDecision", "script",
        "formDefinition", "assignmentDefinition", "taskSchedule", "userTask", "loopCharacteristics", "subscription", "versionTag",
        "properties", "property",
    };

    internal static readonly IReadOnlySet<string> Sop = new HashSet<string>(StringComparer.Ordinal)
    {
        "name", "stages", "stage", "outcomes", "outcome", "obligation", "obligations",
    };

    internal static readonly IReadOnlySet<string> SopAttributes = new HashSet<string>(StringComparer.Ordinal)
    {
        "stage", "launch", "due", "remind", "covers", "separateFrom", "quorum", "skipWhen", "zone", "offset", "resultVariable",
    };
}
