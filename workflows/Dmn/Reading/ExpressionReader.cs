using System.Xml.Linq;
using Orchestrator.Workflows.Dmn.Expressions;
using Orchestrator.Workflows.Feel;
using Orchestrator.Workflows.Feel.Compilation;
using Orchestrator.Workflows.Feel.Syntax;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>Turns boxed expressions into compiled ones. One instance per element; <paramref name="names"/> grow with the scopes inside.</summary>
internal sealed partial class ExpressionReader(ReaderContext context, string owner, ParserNames names)
{
    private static readonly string[] Kinds =
    [
        "literalExpression", "context", "decisionTable", "invocation", "relation", "list", "functionDefinition",
        "conditional", "for", "some", "every", "filter",
    ];

    /// <summary>The expression below an element, or null where there is none.</summary>
    public static XElement? Below(XElement parent) =>
        parent.Elements().FirstOrDefault(child => child.Name.Namespace == parent.Name.Namespace && Kinds.Contains(child.Name.LocalName));

    public Boxed ReadBelow(XElement parent) =>
        Below(parent) is { } expression ? Read(expression) : Missing(parent);

    public Boxed Read(XElement expression) => expression.Name.LocalName switch
    {
        "literalExpression" => Literal(expression),
        "context" => Context(expression),
        "decisionTable" => Table(expression),
        "invocation" => Invocation(expression),
        "relation" => Relation(expression),
        "list" => new BoxedList([.. expression.Elements().Where(child => Kinds.Contains(child.Name.LocalName)).Select(Read)]),
        "functionDefinition" => Function(expression),
        "conditional" => new BoxedConditional(Part(expression, "if"), Part(expression, "then"), Part(expression, "else"), SiteOf(expression)),
        "filter" => Filter(expression),
        _ => Loop(expression),
    };

    private BoxedFailure Missing(XElement parent)
    {
        context.Complain(parent, $"'{parent.Name.LocalName}' holds no expression.");
        return new BoxedFailure(owner, 0, "There is no expression.", owner);
    }

    private Boxed Part(XElement expression, string name) =>
        expression.Part(name) is { } part ? ReadBelow(part) : Missing(expression);

    private ExpressionReader With(IEnumerable<string> more) => new(context, owner, names.And(more));

    private CompileOptions Options => new() { Names = names, FindType = context.Types.FindFeel, Element = owner };

    private Site SiteOf(XElement element) => new(Problems.NameOf(element), 0, owner);

    private Boxed Literal(XElement expression)
    {
        if ((string?)expression.Attribute("expressionLanguage") is { Length: > 0 } language && !language.Contains("FEEL", StringComparison.OrdinalIgnoreCase))
        {
            context.Complain(expression, $"The expression language '{language}' is not supported; write the expression in FEEL.");
        }

        return Text(expression.Part("text")?.Value, expression);
    }

    private Boxed Text(string? text, XElement at)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new BoxedFailure(owner, 0, "The expression is empty.", owner);
        }

        try
        {
            return new BoxedLiteral(FeelExpression.Compile(text, Options));
        }
        catch (FeelSyntaxException syntax)
        {
            context.Complain(at, $"The FEEL expression '{text.Trim()}' cannot be read at {syntax.Position + 1}: {syntax.Message}");
            return new BoxedFailure(text, syntax.Position, syntax.Message, owner);
        }
    }

    private FeelExpression? Tests(string? text, XElement at)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "-")
        {
            return null;
        }

        try
        {
            return FeelExpression.CompileUnaryTests(text, Options);
        }
        catch (FeelSyntaxException syntax)
        {
            context.Complain(at, $"The unary tests '{text.Trim()}' cannot be read at {syntax.Position + 1}: {syntax.Message}");
            return FeelExpression.CompileUnaryTests("null", CompileOptions.None);
        }
    }

    private BoxedContext Context(XElement expression)
    {
        var entries = new List<BoxedContext.Entry>();
        var reader = this;
        foreach (var entry in expression.Parts("contextEntry"))
        {
            var variable = entry.Part("variable");
            var name = variable is null ? null : XmlParts.Normal(variable.Named() ?? "");
            // A function may call itself by the name of its entry.
            var inner = name is not null && entry.Part("functionDefinition") is not null ? reader.With([name]) : reader;
            entries.Add(new BoxedContext.Entry(name, context.Types.Of(variable), inner.ReadBelow(entry), SiteOf(entry)));
            reader = name is null ? reader : reader.With([name]);
        }

        return new BoxedContext(entries);
    }

    private BoxedInvocation Invocation(XElement expression)
    {
        var callee = ReadBelow(expression);
        var bindings = expression.Parts("binding").Select(binding => new BoxedInvocation.Binding(
            XmlParts.Normal(binding.Part("parameter")?.Named() ?? ""),
            context.Types.Of(binding.Part("parameter")),
            Below(binding) is null ? new BoxedFailure(owner, 0, "The binding has no expression.", owner) : ReadBelow(binding)));
        return new BoxedInvocation(callee, [.. bindings], SiteOf(expression));
    }

    private BoxedRelation Relation(XElement expression) => new(
        [.. expression.Parts("column").Select(column => XmlParts.Normal(column.Named() ?? ""))],
        [.. expression.Parts("row").Select(row => (IReadOnlyList<Boxed>)[.. row.Elements().Where(cell => Kinds.Contains(cell.Name.LocalName)).Select(Read)])]);

    public Boxed Function(XElement expression)
    {
        if ((string?)expression.Attribute("kind") is { Length: > 0 } kind and not "FEEL")
        {
            return new BoxedFunction(Parameters(expression), Types.DmnType.Any, new BoxedFailure(owner, 0, $"Functions of kind {kind} are not supported; write the function in FEEL.", owner), SiteOf(expression));
        }

        var parameters = Parameters(expression);
        var body = With(parameters.Select(parameter => parameter.Name)).ReadBelow(expression);
        return new BoxedFunction(parameters, context.Types.Of(Below(expression)), body, SiteOf(expression));
    }

    public IReadOnlyList<DmnParameter> Parameters(XElement function) =>
        [.. function.Parts("formalParameter").Select(parameter => new DmnParameter(XmlParts.Normal(parameter.Named() ?? ""), context.Types.Of(parameter)))];

    private BoxedFilter Filter(XElement expression) => new(
        Part(expression, "in"),
        expression.Part("match") is { } match ? With(["item", .. context.Members]).ReadBelow(match) : Missing(expression),
        SiteOf(expression));

    private Boxed Loop(XElement expression)
    {
        var variable = XmlParts.Normal((string?)expression.Attribute("iteratorVariable") ?? "");
        var domain = Part(expression, "in");
        var kind = expression.Name.LocalName;
        var inner = With([variable, "partial"]);
        var body = inner.Part(expression, kind == "for" ? "return" : "satisfies");
        return kind == "for"
            ? new BoxedFor(variable, domain, body, SiteOf(expression))
            : new BoxedQuantified(kind == "every", variable, domain, body, SiteOf(expression));
    }
}
