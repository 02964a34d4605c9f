using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

internal static class Namespaces
{
    internal static readonly XNamespace Bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    internal static readonly XNamespace Zeebe = "http://camunda.org/schema/zeebe/1.0";
    internal static readonly XNamespace Sop = "urn:orchestrator:sop:1";

    /// <summary>Extensions of engines whose meaning would be lost silently here.</summary>
    internal static readonly IReadOnlyDictionary<string, string> OtherEngines = new Dictionary<string, string>
    {
        ["http://camunda.org/schema/1.0/bpmn"] = "Camunda 7",
        ["http://activiti.org/bpmn"] = "Activiti",
        ["http://flowable.org/bpmn"] = "Flowable",
        ["http://operaton.org/schema/1.0/bpmn"] = "Operaton",
    };
}
