using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads tasks and call activities.</summary>
internal sealed class ActivityReader(ReadingContext context)
{
    private static readonly HashSet<string> Names =
        ["task", "manualTask", "userTask", "serviceTask", "businessRuleTask", "scriptTask", "sendTask", "receiveTask", "callActivity"];

    internal static bool Knows(string name) => Names.Contains(name);

    internal Activity? Read(XElement element, string id)
    {
        Activity? activity = element.Name.LocalName switch
        {
            "task" or "manualTask" => new PlainTask { Id = id, ElementType = element.Name.LocalName },
            "userTask" => new UserTaskReader(context).Read(element, id),
            "serviceTask" => Service(element, id, "A service task needs a type. Add zeebe:taskDefinition type=\"…\"."),
            "businessRuleTask" => Rule(element, id),
            "scriptTask" => Script(element, id),
            "sendTask" => Send(element, id),
            "receiveTask" => Receive(element, id),
            "callActivity" => Call(element, id),
            _ => null,
        };
        if (activity is not null)
            ReadCommon(activity, element);
        return activity;
    }

    internal void ReadCommon(Activity activity, XElement element)
    {
        activity.Loop = new LoopReader(context).Read(element);
        activity.IsForCompensation = (string?)element.Attribute("isForCompensation") == "true";
        activity.Inputs = context.Mappings(element, "input");
        activity.Outputs = context.Mappings(element, "output");
        foreach (var quantity in new[] { "startQuantity", "completionQuantity" })
        {
            if ((string?)element.Attribute(quantity) is { } text && text != "1")
                context.Problems.Error(element, "unsupported-element", $"{quantity} other than 1 is not supported. Use gateways to join and split tokens.");
        }
        foreach (var child in element.Elements().Where(e => e.Name.Namespace == Namespaces.Bpmn && ElementCatalog.Instead.ContainsKey(e.Name.LocalName)))
        {
            if (element.Name.LocalName != "subProcess" || child.Name.LocalName is "ioSpecification" or "dataInputAssociation" or "dataOutputAssociation")
                context.Problems.Error(child, "unsupported-element", $"{child.Name.LocalName} is not supported. {ElementCatalog.InsteadOf(child.Name.LocalName)}");
        }
    }

    private ServiceTask? Service(XElement element, string id, string? missing)
    {
        var definition = ReadingContext.Extension(element, Namespaces.Zeebe + "taskDefinition");
        var type = context.TextOrFeel(element, (string?)definition?.Attribute("type"));
        if (type is null)
        {
            if (missing is not null)
                context.Problems.Error(element, "task-type-missing", missing);
            return null;
        }
        var service = new ServiceTask { Id = id, ElementType = element.Name.LocalName, Type = type };
        if ((string?)definition!.Attribute("retries") is { } retries)
        {
            if (int.TryParse(retries, out var count) && count >= 0)
                service.Retries = count;
            else
                context.Problems.Error(element, "retries-invalid", $"retries='{retries}' is not a number. Write for example retries=\"3\".");
        }
        var headers = ReadingContext.Extension(element, Namespaces.Zeebe + "taskHeaders")?.Elements(Namespaces.Zeebe + "header") ?? [];
        foreach (var header in headers)
            service.Headers = service.Headers.SetItem((string?)header.Attribute("key") ?? "", (string?)header.Attribute("value") ?? "");
        return service;
    }

    private Activity? Rule(XElement element, string id)
    {
        if (ReadingContext.Extension(element, Namespaces.Zeebe + "calledDecision") is not { } called)
            return Service(element, id, "A business rule task needs a decision. Add zeebe:calledDecision decisionId=\"…\" resultVariable=\"…\".");
        var decision = context.TextOrFeel(element, (string?)called.Attribute("decisionId"));
        var result = (string?)called.Attribute("resultVariable");
        if (decision is null || string.IsNullOrWhiteSpace(result))
        {
            context.Problems.Error(element, "decision-incomplete", "zeebe:calledDecision needs both decisionId and resultVariable.");
            return null;
        }
        return new BusinessRuleTask { Id = id, ElementType = element.Name.LocalName, DecisionId = decision, ResultVariable = result.Trim() };
    }

    private Activity? Script(XElement element, string id)
    {
        var zeebe = ReadingContext.Extension(element, Namespaces.Zeebe + "script");
        var text = (string?)zeebe?.Attribute("expression") ?? element.Element(Namespaces.Bpmn + "script")?.Value;
        if (text is null)
            return Service(element, id, "A script task needs FEEL. Add zeebe:script expression=\"= …\" resultVariable=\"…\".");
        var format = (string?)element.Attribute("scriptFormat");
        if (zeebe is null && format is not null && !format.Contains("feel", StringComparison.OrdinalIgnoreCase))
        {
            context.Problems.Error(element, "script-language", $"Scripts in '{format}' are not run. Write FEEL in zeebe:script, or use a service task.");
            return null;
        }
        if (context.Feel(element, text) is not { } script)
            return null;
        // Files from other tools name the result in a namespace of their own.
        var result = (string?)zeebe?.Attribute("resultVariable")
            ?? (string?)element.Attributes().FirstOrDefault(a => a.Name.LocalName == "resultVariable");
        return new ScriptTask { Id = id, ElementType = element.Name.LocalName, Script = script, ResultVariable = result };
    }

    private Activity? Send(XElement element, string id)
    {
        if (Service(element, id, null) is { } service)
            return service;
        return new EventReader(context).Message(element, element) is { } message
            ? new SendTask { Id = id, ElementType = element.Name.LocalName, Message = message } : null;
    }

    private ReceiveTask? Receive(XElement element, string id)
    {
        if ((string?)element.Attribute("instantiate") == "true")
            context.Problems.Error(element, "unsupported-element", "A receive task that starts the process is not supported. Use a message start event.");
        return new EventReader(context).Message(element, element) is { } message
            ? new ReceiveTask { Id = id, ElementType = element.Name.LocalName, Message = message } : null;
    }

    private CallActivity? Call(XElement element, string id)
    {
        var zeebe = ReadingContext.Extension(element, Namespaces.Zeebe + "calledElement");
        if (context.TextOrFeel(element, (string?)zeebe?.Attribute("processId") ?? (string?)element.Attribute("calledElement")) is not { } called)
        {
            context.Problems.Error(element, "called-process-missing", "A call activity needs the process it calls. Add zeebe:calledElement processId=\"…\".");
            return null;
        }
        return new()
        {
            Id = id,
            ElementType = element.Name.LocalName,
            CalledProcessId = called,
            PropagateAllParentVariables = (string?)zeebe?.Attribute("propagateAllParentVariables") != "false",
            PropagateAllChildVariables = (string?)zeebe?.Attribute("propagateAllChildVariables") != "false",
        };
    }
}
