using System.Xml.Linq;
using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Dmn.Tables;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Dmn.Reading;

internal sealed partial class ExpressionReader
{
    private Boxed Table(XElement table)
    {
        var policyName = (string?)table.Attribute("hitPolicy") ?? "UNIQUE";
        var aggregation = (string?)table.Attribute("aggregation");
        if (HitPolicy.Find(policyName, policyName == "COLLECT" ? aggregation : null) is not { } policy)
        {
            context.Complain(table, $"There is no hit policy '{policyName}' with the aggregation '{aggregation}'.");
            return new BoxedFailure(owner, 0, "The hit policy is not known.", owner);
        }

        var inputs = table.Parts("input").Select(Input).ToList();
        var outputs = table.Parts("output").Select(output => Output(output, table)).ToList();
        var annotations = table.Parts("annotation").Select(annotation => annotation.Named() ?? "").ToList();
        var rules = table.Parts("rule").Select(rule => Rule(rule, inputs.Count, outputs.Count, annotations)).ToList();
        if (outputs.Count == 0)
        {
            context.Complain(table, "A decision table needs at least one output.");
            return new BoxedFailure(owner, 0, "The table has no output.", owner);
        }

        if (outputs.Count > 1 && outputs.Any(output => string.IsNullOrEmpty(output.Name)))
        {
            context.Complain(table, "Every output of a table with several outputs needs a name.");
        }

        return new DecisionTable(context.OwnerId, policy, inputs, outputs, rules);
    }

    private TableInput Input(XElement input)
    {
        var expression = input.Part("inputExpression");
        var text = expression?.Part("text")?.Value.Trim() ?? "";
        if (expression is null)
        {
            context.Complain(input, "The input has no expression.");
        }

        var allowed = Tests(input.Part("inputValues")?.Part("text")?.Value, input);
        return new TableInput(text, Text(text, input), context.Types.Of(expression), allowed);
    }

    private TableOutput Output(XElement output, XElement table)
    {
        var type = context.Types.Of(output);
        var single = table.Parts("output").Count() == 1;
        type = type.Feel.Kind == FeelKind.Any && single && output.Attribute("typeRef") is null ? context.Types.Of(table) : type;
        // A table's own type may be that of the list its hit policy makes.
        type = output.Attribute("typeRef") is null && type.Item is not null ? type.Item : type;
        var values = output.Part("outputValues")?.Part("text")?.Value;
        var priorities = string.IsNullOrWhiteSpace(values) ? AllowedOf(type) : Values(values, output);
        var fallback = output.Part("defaultOutputEntry") is { } entry && !string.IsNullOrWhiteSpace(entry.Part("text")?.Value)
            ? Text(entry.Part("text")!.Value, entry)
            : null;
        return new TableOutput(XmlParts.Normal(output.Named() ?? ""), output.Attribute("typeRef") is null ? Types.DmnType.Any : type, priorities, fallback);
    }

    private IReadOnlyList<object?> AllowedOf(Types.DmnType type) =>
        type.Allowed is { } allowed ? Values(allowed.Text, null) : [];

    // Output values are unary tests; those that are plain values order the outputs.
    private IReadOnlyList<object?> Values(string text, XElement? at)
    {
        try
        {
            var list = FeelExpression.Compile($"[{text}]", Options);
            return list.Evaluate(FeelScope.Empty).Value as IReadOnlyList<object?> ?? [];
        }
        catch (FeelSyntaxException syntax)
        {
            if (at is not null)
            {
                context.Complain(at, $"The output values '{text.Trim()}' cannot be read: {syntax.Message}");
            }

            return [];
        }
    }

    private TableRule Rule(XElement rule, int inputCount, int outputCount, List<string> annotations)
    {
        var tests = rule.Parts("inputEntry").ToList();
        var entries = rule.Parts("outputEntry").ToList();
        if (tests.Count != inputCount || entries.Count != outputCount)
        {
            context.Complain(rule, $"The rule has {tests.Count} input and {entries.Count} output entries; the table has {inputCount} and {outputCount} columns.");
        }

        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (note, index) in rule.Parts("annotationEntry").Select((note, index) => (note, index)))
        {
            notes[index < annotations.Count && annotations[index].Length > 0 ? annotations[index] : $"annotation {index + 1}"] = note.Part("text")?.Value.Trim() ?? "";
        }

        return new TableRule(
            rule.Id(),
            [.. tests.Take(inputCount).Select(test => Tests(test.Part("text")?.Value, test))],
            [.. entries.Take(outputCount).Select(entry => OutputText(entry))],
            notes);
    }

    // An empty cell or a dash gives null, without a complaint at run time.
    private Boxed OutputText(XElement entry) =>
        entry.Part("text")?.Value.Trim() is { Length: > 0 } text and not "-" ? Text(text, entry) : Text("null", entry);
}
