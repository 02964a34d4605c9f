using System.Xml.Linq;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads multi-instance and standard loop characteristics.</summary>
internal sealed class LoopReader(ReadingContext context)
{
    internal Loop? Read(XElement activity)
    {
        if (activity.Element(Namespaces.Bpmn + "multiInstanceLoopCharacteristics") is { } multiple)
            return MultiInstance(multiple);
        return activity.Element(Namespaces.Bpmn + "standardLoopCharacteristics") is { } standard ? Standard(standard) : null;
    }

    private Loop.MultiInstance? MultiInstance(XElement element)
    {
        var zeebe = ReadingContext.Extension(element, Namespaces.Zeebe + "loopCharacteristics");
        var cardinality = element.Element(Namespaces.Bpmn + "loopCardinality");
        var collection = (string?)zeebe?.Attribute("inputCollection") ?? element.Element(Namespaces.Bpmn + "loopDataInputRef")?.Value;
        if (cardinality is null && collection is null)
        {
            context.Problems.Error(element, "loop-incomplete", "A multi-instance activity needs a loopCardinality, or a collection (zeebe:loopCharacteristics inputCollection).");
            return null;
        }
        if (element.Element(Namespaces.Bpmn + "complexBehaviorDefinition") is { } complex)
            context.Problems.Error(complex, "unsupported-element", "Complex multi-instance behaviour is not supported. Throw an event from inside the activity instead.");
        var completion = element.Element(Namespaces.Bpmn + "completionCondition");
        var output = (string?)zeebe?.Attribute("outputElement");
        var outputItem = (string?)element.Element(Namespaces.Bpmn + "outputDataItem")?.Attribute("name");
        return new((string?)element.Attribute("isSequential") == "true")
        {
            Cardinality = cardinality is null ? null : context.Feel(cardinality, cardinality.Value),
            InputCollection = collection is null ? null : context.Feel(element, collection),
            InputElement = (string?)zeebe?.Attribute("inputElement") ?? (string?)element.Element(Namespaces.Bpmn + "inputDataItem")?.Attribute("name"),
            OutputCollection = (string?)zeebe?.Attribute("outputCollection") ?? element.Element(Namespaces.Bpmn + "loopDataOutputRef")?.Value.Trim(),
            OutputElement = (output ?? outputItem) is { } text ? context.Feel(element, text) : null,
            CompletionCondition = completion is null ? null : context.Feel(completion, completion.Value),
        };
    }

    private Loop.Standard Standard(XElement element)
    {
        var condition = element.Element(Namespaces.Bpmn + "loopCondition");
        var maximum = (string?)element.Attribute("loopMaximum") ?? element.Element(Namespaces.Bpmn + "loopMaximum")?.Value;
        if (condition is null && maximum is null)
            context.Problems.Error(element, "loop-incomplete", "A standard loop needs a loopCondition or a loopMaximum, else it never ends.");
        return new(
            (string?)element.Attribute("testBefore") == "true",
            condition is null ? null : context.Feel(condition, condition.Value),
            maximum is null ? null : context.Feel(element, maximum));
    }
}
