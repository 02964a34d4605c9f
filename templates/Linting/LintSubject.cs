using System.Globalization;
using Orchestrator.Templates.Syntax;

namespace Orchestrator.Templates.Linting;

/// <summary>A template taken apart for the checks: its parts, their literal text, the tokens they use, and how it renders.</summary>
internal sealed class LintSubject
{
    public LintSubject(MessageTemplate template, LintContext context, TemplateRenderer renderer)
    {
        (Template, Context) = (template, context);
        Parts = [.. Sources(template).Select(part => Read(part.Part, part.Source))];
        try
        {
            var compiled = renderer.Compile(template, context.Partials ?? template.Partials);
            Unused = [.. template.Variables.Select(variable => variable.Name).Except(compiled.UsedVariables)];
            Preview = compiled.Render(SampleData());
        }
        catch (TemplateException fault)
        {
            Fault = fault.Message;
        }
    }

    public MessageTemplate Template { get; }

    public LintContext Context { get; }

    public IReadOnlyList<SubjectPart> Parts { get; }

    public RenderedMessage? Preview { get; }

    public string? Fault { get; }

    public IReadOnlyList<string> Unused { get; } = [];

    public SubjectPart Body => Parts.First(part => part.Part == TemplatePart.Body);

    public TokenValues Tokens => Context.Tokens ?? (Template.IsChinese ? TypicalChinese : TypicalEnglish);

    public static bool IsTypical(TokenValues tokens) => ReferenceEquals(tokens, TypicalChinese) || ReferenceEquals(tokens, TypicalEnglish);

    private static readonly TokenValues TypicalChinese = new()
    {
        Signature = "【某某消费金融】", Rate = "贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。", OptOutUrl = "https://u.example/a1b2c3",
    };

    private static readonly TokenValues TypicalEnglish = new()
    {
        Signature = "Example CF:", Rate = "Loan APR 7.2%-19.8% (simple), subject to approval.", OptOutUrl = "https://u.example/a1b2c3",
    };

    private static IEnumerable<(TemplatePart Part, string Source)> Sources(MessageTemplate template)
    {
        if (template.Title is { } title)
            yield return (TemplatePart.Title, title);
        yield return (TemplatePart.Body, template.Body);
        if (template.Html is { } html)
            yield return (TemplatePart.Html, html);
        foreach (var parameter in template.Registered?.Parameters ?? [])
            yield return (TemplatePart.Parameter, parameter.Value);
    }

    private SubjectPart Read(TemplatePart part, string source)
    {
        try
        {
            var expanded = PartialExpansion.Expand(source, Context.Partials ?? Template.Partials);
            return new(part, expanded, TemplateSyntax.Parse(expanded));
        }
        catch (TemplateException)
        {
            // Reported once as a text that does not compile; the wording can be checked all the same.
            return new(part, source, [new(PieceKind.Text, source, 0)]);
        }
    }

    private Dictionary<string, object?> SampleData()
    {
        var data = new Dictionary<string, object?>(StringComparer.Ordinal);
        Tokens.AddTo(data, Template.Channel, Template.Language);
        data[TemplateTokens.OptOutUrl] ??= "https://u.example/a1b2c3";
        foreach (var variable in Template.Variables)
            data[variable.Name] = Context.Sample.GetValueOrDefault(variable.Name) ?? TemplateSample.Of(variable, Context.On);
        return data;
    }
}

/// <summary>One part of a template with its pieces.</summary>
internal sealed record SubjectPart(TemplatePart Part, string Source, IReadOnlyList<TemplatePiece> Pieces)
{
    public IEnumerable<TemplatePiece> Literals => Pieces.Where(piece => piece.Kind == PieceKind.Text);

    public bool Uses(string token) => Pieces.Any(piece => piece.Kind == PieceKind.Value && (piece.Name == token || piece.Arguments.Contains(token)));
}
