using System.Collections.Frozen;
using System.Xml.Linq;
using Orchestrator.Workflows.Dmn.Drg;
using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>Builds a model: elements first, then what they require, then their logic.</summary>
internal sealed class ModelBuilder
{
    private const int MaxElements = 5_000;

    private readonly XElement definitions;
    private readonly Problems problems = new();
    private readonly Dictionary<string, DmnModel> imports = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DrgElement> byId = new(StringComparer.Ordinal);
    private readonly List<(DrgElement Element, XElement Xml)> elements = [];
    private readonly string modelNamespace;
    private readonly TypeTable types;

    private ModelBuilder(XElement definitions, Func<string, DmnModel?>? findImport)
    {
        this.definitions = definitions;
        modelNamespace = (string?)definitions.Attribute("namespace") ?? "";
        ReadImports(findImport);
        types = new TypeTable(definitions, imports, problems);
    }

    public static (DmnModel Model, IReadOnlyList<DmnProblem> Problems) Build(XElement definitions, Func<string, DmnModel?>? findImport)
    {
        var builder = new ModelBuilder(definitions, findImport);
        return (builder.Build(), builder.problems.Found);
    }

    private DmnModel Build()
    {
        var resolved = types.ResolveAll();
        CreateElements();
        foreach (var (element, xml) in elements)
        {
            element.Requirements = RequirementsOf(element, xml);
        }

        CycleCheck.Run(elements, problems);
        var members = MemberNames();
        var typeNames = types.Names.Concat(imports.SelectMany(import => import.Value.Types.Keys.Select(name => import.Key.Length == 0 ? name : $"{import.Key}.{name}"))).ToList();
        foreach (var (element, xml) in elements)
        {
            ReadLogic(element, xml, members, typeNames);
        }

        return new DmnModel(definitions.Named() ?? "", modelNamespace, resolved, [.. elements.Select(element => element.Element)]) { MemberNames = members };
    }

    private void ReadImports(Func<string, DmnModel?>? find)
    {
        foreach (var import in definitions.Parts("import"))
        {
            var importType = (string?)import.Attribute("importType") ?? "";
            var wanted = (string?)import.Attribute("namespace") ?? "";
            if (!importType.Contains("/DMN/", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(import, $"Only DMN models can be imported, not '{importType}'.");
            }
            else if (find?.Invoke(wanted) is not { } model)
            {
                problems.Add(import, $"The imported model '{wanted}' is not known here.");
            }
            else if (!imports.TryAdd(XmlParts.Normal(import.Named() ?? ""), model))
            {
                problems.Add(import, $"Two imports have the name '{import.Named()}'.");
            }
        }
    }

    private void CreateElements()
    {
        foreach (var xml in definitions.Elements().Where(child => child.Name.Namespace == definitions.Name.Namespace))
        {
            var (id, name) = (xml.Id() ?? xml.Named() ?? "", xml.VariableName());
            DrgElement? element = xml.Name.LocalName switch
            {
                "inputData" => new DrgInput(id, name, modelNamespace, types.Of(xml.Part("variable"))),
                "decision" => new DrgDecision(id, name, modelNamespace, types.Of(xml.Part("variable"))),
                "businessKnowledgeModel" => new DrgKnowledge(id, name, modelNamespace),
                "decisionService" => new DrgService(id, name, modelNamespace, ResultOf(types.Of(xml.Part("variable")))),
                _ => null,
            };
            if (element is null)
            {
                continue;
            }

            if (name.Length == 0 || !byId.TryAdd(id, element))
            {
                problems.Add(xml, $"A {xml.Name.LocalName} needs a name, and an id of its own.");
            }

            if (elements.Count == MaxElements)
            {
                problems.Add(xml, $"A model has at most {MaxElements} decisions, inputs, knowledge models and services.");
                return;
            }

            elements.Add((element, xml));
        }
    }

    // The variable of a function has the function's type, or (as older models have it) the type of its result.
    private static DmnType ResultOf(DmnType type) => type.Feel is { Kind: FeelKind.Function, Result: { } result } ? new DmnType { Feel = result } : type.Feel.Kind == FeelKind.Function ? DmnType.Any : type;

    private Requirements RequirementsOf(DrgElement element, XElement xml)
    {
        var direct = new Dictionary<string, DrgElement>(StringComparer.Ordinal);
        var imported = new Dictionary<string, List<DrgElement>>(StringComparer.Ordinal);
        var references = xml.Elements().Where(child => child.Name.LocalName is "informationRequirement" or "knowledgeRequirement")
            .SelectMany(child => child.Elements()).Where(child => child.Name.LocalName is "requiredInput" or "requiredDecision" or "requiredKnowledge");
        foreach (var reference in references)
        {
            if (Resolve(reference, out var import) is not { } required)
            {
                continue;
            }

            if (import.Length == 0)
            {
                direct[required.Name] = required;
            }
            else
            {
                imported.TryAdd(import, []);
                imported[import].Add(required);
            }
        }

        if (element is DrgKnowledge)
        {
            direct.TryAdd(element.Name, element); // It may call itself.
        }

        ReadService(element as DrgService, xml);
        return new Requirements(direct.ToFrozenDictionary(), imported.ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<DrgElement>)group.Value));
    }

    private void ReadService(DrgService? service, XElement xml)
    {
        if (service is null)
        {
            return;
        }

        var inputs = xml.Parts("inputData").Concat(xml.Parts("inputDecision")).Select(input => Resolve(input, out _)).ToList();
        var outputs = xml.Parts("outputDecision").Select(output => Resolve(output, out _)).ToList();
        if (outputs.Count == 0 || outputs.Any(output => output is not DrgDecision) || inputs.Any(input => input is not (DrgInput or DrgDecision)))
        {
            problems.Add(xml, "A decision service needs output decisions, and its inputs must be input data or decisions.");
            return;
        }

        (service.Inputs, service.Outputs) = (inputs!, [.. outputs.Cast<DrgDecision>()]);
    }

    private DrgElement? Resolve(XElement reference, out string import)
    {
        import = "";
        var href = (string?)reference.Attribute("href") ?? "";
        var hash = href.LastIndexOf('#');
        var (place, id) = hash < 0 ? ("", href) : (href[..hash], href[(hash + 1)..]);
        if (place.Length == 0 || place == modelNamespace)
        {
            if (byId.TryGetValue(id, out var local))
            {
                return local;
            }
        }
        else if (imports.FirstOrDefault(each => each.Value.Namespace == place) is { Value: { } model } found && model.FindById(id) is { } element)
        {
            import = found.Key;
            return element;
        }

        problems.Add(reference, $"'{href}' names no element of this model or its imports.");
        return null;
    }

    private void ReadLogic(DrgElement element, XElement xml, IReadOnlyList<string> members, IReadOnlyList<string> typeNames)
    {
        var context = new ReaderContext(types, problems, members, element.Id);
        var reader = new ExpressionReader(context, element.Name, new ParserNames(element.Requirements.Names, members, typeNames));
        switch (element)
        {
            case DrgDecision decision when ExpressionReader.Below(xml) is { } logic:
                decision.Logic = reader.Read(logic);
                break;
            case DrgKnowledge knowledge when xml.Part("encapsulatedLogic") is { } function:
                ReadKnowledge(knowledge, xml, function, context, typeNames);
                break;
            default:
                break;
        }
    }

    private void ReadKnowledge(DrgKnowledge knowledge, XElement xml, XElement function, ReaderContext context, IReadOnlyList<string> typeNames)
    {
        var outer = new ExpressionReader(context, knowledge.Name, ParserNames.None);
        knowledge.Parameters = outer.Parameters(function);
        knowledge.Result = ResultOf(types.Of(xml.Part("variable")));
        if ((string?)function.Attribute("kind") is { Length: > 0 } kind and not "FEEL")
        {
            knowledge.Logic = new BoxedFailure(knowledge.Name, 0, $"Functions of kind {kind} are not supported; write the function in FEEL.", knowledge.Name);
            return;
        }

        var names = new ParserNames(knowledge.Requirements.Names.Concat(knowledge.Parameters.Select(parameter => parameter.Name)), context.Members, typeNames);
        knowledge.Logic = new ExpressionReader(context, knowledge.Name, names).ReadBelow(function);
    }

    private List<string> MemberNames()
    {
        var places = new HashSet<string> { "itemComponent", "column", "output", "variable", "formalParameter" };
        return
        [
            .. definitions.Descendants().Where(each => places.Contains(each.Name.LocalName)).Select(each => XmlParts.Normal(each.Named() ?? ""))
                .Concat(definitions.Descendants().Where(each => each.Name.LocalName == "text").SelectMany(each => ContextKeys.In(each.Value)))
                .Concat(elements.Select(element => element.Element.Name))
                .Concat(imports.Values.SelectMany(model => model.MemberNames))
                .Where(name => name.Length > 0).Distinct(),
        ];
    }
}
