using System.Xml.Linq;
using Orchestrator.Workflows.Dmn.Types;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>The item definitions of a model and what they resolve to; in whatever order they are written.</summary>
internal sealed class TypeTable(XElement definitions, IReadOnlyDictionary<string, DmnModel> imports, Problems problems)
{
    private const int MaxDepth = 50;

    private readonly Dictionary<string, XElement> written = Index(definitions, problems);
    private readonly Dictionary<string, DmnType> resolved = new(StringComparer.Ordinal);
    private readonly HashSet<string> inProgress = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => written.Keys;

    public IReadOnlyDictionary<string, DmnType> ResolveAll()
    {
        foreach (var name in written.Keys)
        {
            Find(name, written[name]);
        }

        return resolved;
    }

    public FeelType? FindFeel(string name) => TryFind(name, definitions, report: false)?.Feel;

    /// <summary>The type that an attribute names; Any where there is none, or where it is unknown (which is a problem).</summary>
    public DmnType Of(XElement? element, string attribute = "typeRef") =>
        (string?)element?.Attribute(attribute) is { Length: > 0 } name ? Find(name, element!) : DmnType.Any;

    private DmnType Find(string name, XElement at) => TryFind(name, at, report: true) ?? DmnType.Any;

    private DmnType? TryFind(string name, XElement at, bool report)
    {
        name = name.StartsWith("feel:", StringComparison.Ordinal) ? name["feel:".Length..] : name;
        if (resolved.TryGetValue(name, out var known))
        {
            return known;
        }

        if (written.TryGetValue(name, out var definition))
        {
            if (inProgress.Count > MaxDepth || !inProgress.Add(name))
            {
                problems.Add(at, $"The type '{name}' contains itself.");
                return null;
            }

            var type = Build(definition);
            inProgress.Remove(name);
            return resolved[name] = type;
        }

        if (FeelType.Named(name) is { } builtIn)
        {
            return new DmnType { Feel = builtIn };
        }

        if (Imported(name) is { } imported)
        {
            return imported;
        }

        if (report)
        {
            problems.Add(at, $"There is no type '{name}'. Define an item definition of that name or use a FEEL type.");
        }

        return null;
    }

    private DmnType? Imported(string name)
    {
        foreach (var (import, model) in imports)
        {
            var local = import.Length == 0 ? name : name.StartsWith(import + ".", StringComparison.Ordinal) ? name[(import.Length + 1)..] : null;
            if (local is not null && model.Types.TryGetValue(local, out var type))
            {
                return type;
            }
        }

        return null;
    }

    private DmnType Build(XElement definition)
    {
        var components = definition.Parts("itemComponent").ToList();
        DmnType type;
        if (components.Count > 0)
        {
            var fields = new Dictionary<string, DmnType>(StringComparer.Ordinal);
            foreach (var component in components)
            {
                fields[(string?)component.Attribute("name") ?? ""] = Build(component);
            }

            type = new DmnType { Feel = FeelType.ContextOf(fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Feel))), Components = fields };
        }
        else if (definition.Part("functionItem") is { } function)
        {
            type = new DmnType
            {
                Feel = FeelType.FunctionOf([.. function.Parts("parameters").Select(parameter => Of(parameter).Feel)], Of(function, "outputTypeRef").Feel),
            };
        }
        else
        {
            var name = definition.Part("typeRef")?.Value.Trim();
            type = string.IsNullOrEmpty(name) ? DmnType.Any : Find(name, definition.Part("typeRef")!);
        }

        return Collected(definition, Constrained(type, definition, "allowedValues"));
    }

    private DmnType Collected(XElement definition, DmnType item)
    {
        var type = (bool?)definition.Attribute("isCollection") == true ? new DmnType { Feel = FeelType.ListOf(item.Feel), Item = item } : item;
        return Constrained(type, definition, "typeConstraint");
    }

    private DmnType Constrained(DmnType type, XElement definition, string part)
    {
        if (definition.Part(part)?.Part("text") is not { } text || string.IsNullOrWhiteSpace(text.Value))
        {
            return type;
        }

        try
        {
            var options = new CompileOptions { Element = Problems.NameOf(definition), Names = ParserNames.None, FindType = FindFeel };
            var allowed = FeelExpression.CompileUnaryTests(text.Value, options);
            return new DmnType { Feel = type.Feel, Item = type.Item, Components = type.Components, Allowed = type.Allowed is null ? allowed : Both(type, text.Value, options) };
        }
        catch (FeelSyntaxException syntax)
        {
            problems.Add(text, $"The {part} cannot be read: {syntax.Message}");
            return type;
        }
    }

    // A type that narrows an already constrained one: its values pass both.
    private static FeelExpression Both(DmnType type, string text, CompileOptions options) =>
        FeelExpression.CompileUnaryTests($"(? in ({type.Allowed!.Text})) and (? in ({text}))", options);

    private static Dictionary<string, XElement> Index(XElement definitions, Problems problems)
    {
        var index = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var definition in definitions.Parts("itemDefinition"))
        {
            if ((string?)definition.Attribute("name") is not { Length: > 0 } name || !index.TryAdd(name, definition))
            {
                problems.Add(definition, "An item definition needs a name of its own.");
            }
        }

        return index;
    }
}
