using System.Collections.Frozen;
using System.Text;
using HandlebarsDotNet;
using Orchestrator.Templates.Rendering;
using Orchestrator.Templates.Syntax;

namespace Orchestrator.Templates;

/// <summary>A checked template that renders. Immutable and safe for any number of threads.</summary>
public sealed class CompiledTemplate
{
    private readonly FrozenDictionary<string, TemplateVariable> _variables;
    private readonly HandlebarsTemplate<TextWriter, object, object>? _title;
    private readonly HandlebarsTemplate<TextWriter, object, object> _body;
    private readonly HandlebarsTemplate<TextWriter, object, object>? _html;
    private readonly (string Name, HandlebarsTemplate<TextWriter, object, object> Value)[] _parameters;
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly TemplateVariable[] _usedVariables;

    internal CompiledTemplate(
        MessageTemplate template, string hash, IReadOnlyDictionary<string, string> partials, Func<bool, bool, IHandlebars> environment)
    {
        Template = template;
        Hash = hash;
        _variables = Declared(template);
        _title = template.Title is { } title ? CompilePart("title", title) : null;
        _body = CompilePart("body", WithSignature(template, partials));
        _html = template.Html is { } html ? CompilePart("html", html) : null;
        _parameters = [.. (template.Registered?.Parameters ?? []).Select(parameter => (parameter.Name, CompilePart($"parameter '{parameter.Name}'", parameter.Value)))];
        _usedVariables = [.. template.Variables.Where(variable => _used.Contains(variable.Name))];
        Attributes = [.. _usedVariables.Where(variable => variable.Attribute is not null)];

        HandlebarsTemplate<TextWriter, object, object> CompilePart(string part, string source)
        {
            try
            {
                return environment(template.IsChinese, part == "html").Compile(new StringReader(Prepare(source, partials)));
            }
            catch (TemplateException fault)
            {
                throw new TemplateException($"Template '{template.Id}', {part}: {fault.Message}", fault);
            }
            catch (HandlebarsException fault)
            {
                throw new TemplateException($"Template '{template.Id}', {part}: {fault.Message}", fault);
            }
        }
    }

    /// <summary>What was compiled.</summary>
    public MessageTemplate Template { get; }

    /// <summary>The content hash: equal hashes render equal texts from equal data.</summary>
    public string Hash { get; }

    /// <summary>Tokens that the texts use and that render data must hold.</summary>
    public IReadOnlySet<string> UsedTokens => _tokens;

    /// <summary>Declared variables that the texts use.</summary>
    public IReadOnlySet<string> UsedVariables => _used;

    /// <summary>Those of them that attributes of the customer fill.</summary>
    public IReadOnlyList<TemplateVariable> Attributes { get; }

    /// <summary>Renders all parts for one customer.</summary>
    /// <param name="data">
    /// Plain values by variable and token name. Names that the template does not declare, or declares and does not use, are not looked at.
    /// </param>
    /// <returns>The texts.</returns>
    /// <exception cref="TemplateException">A required value is missing or of the wrong type, or the output is too long.</exception>
    public RenderedMessage Render(IReadOnlyDictionary<string, object?> data)
    {
        try
        {
            var values = TemplateData.Checked(_usedVariables, _tokens, data);
            var rendered = new RenderedMessage(Write(_title, values), Write(_body, values)!, Write(_html, values));
            return _parameters.Length == 0 ? rendered : rendered with { Parameters = Parameters(values) };
        }
        catch (TemplateException fault)
        {
            throw new TemplateException($"Template '{Template.Id}': {fault.Message}", fault);
        }
        catch (HandlebarsException fault)
        {
            throw new TemplateException($"Template '{Template.Id}': {(fault.InnerException ?? fault).Message}", fault);
        }
    }

    private string? Write(HandlebarsTemplate<TextWriter, object, object>? part, Dictionary<string, object?> values)
    {
        if (part is null)
            return null;
        using var writer = new BoundedWriter(TemplateLimits.MaxOutput(Template.Channel));
        part(writer, values, EmptyFrame);
        return writer.ToString();
    }

    // Providers refuse a template with an empty variable, and some count that against the account.
    private RegisteredParameter[] Parameters(Dictionary<string, object?> values)
    {
        var written = new RegisteredParameter[_parameters.Length];
        for (var i = 0; i < written.Length; i++)
        {
            var (name, value) = _parameters[i];
            written[i] = Write(value, values) is { } text && !string.IsNullOrWhiteSpace(text) ? new(name, text) : throw new TemplateException($"The parameter '{name}' of the registered template has no value.");
        }
        return written;
    }

    private static readonly Dictionary<string, object> EmptyFrame = [];

    private static FrozenDictionary<string, TemplateVariable> Declared(MessageTemplate template)
    {
        foreach (var variable in template.Variables)
        {
            if (!VariableName.IsValid(variable.Name))
                throw new TemplateException($"Template '{template.Id}': '{variable.Name}' is not a variable name; use lower-case letters, digits and underscores.");
            if (TemplateTokens.All.Contains(variable.Name) || TemplateHelpers.Names.Contains(variable.Name) || template.Variables.Count(other => other.Name == variable.Name) > 1)
                throw new TemplateException($"Template '{template.Id}': the variable name '{variable.Name}' is already taken.");
        }

        return template.Variables.ToFrozenDictionary(variable => variable.Name, StringComparer.Ordinal);
    }

    // The signature is a carrier's duty, not the author's: a text message without {{sig}} gets it in front.
    private static string WithSignature(MessageTemplate template, IReadOnlyDictionary<string, string> partials) =>
        template.Channel == MessageChannel.Sms && !TemplateSyntax.Parse(PartialExpansion.Expand(template.Body, partials)).Any(piece => piece is { Kind: PieceKind.Value, Name: TemplateTokens.Signature })
            ? (template.IsChinese ? "{{sig}}" : "{{sig}} ") + template.Body
            : template.Body;

    private string Prepare(string source, IReadOnlyDictionary<string, string> partials)
    {
        var expanded = PartialExpansion.Expand(source, partials);
        var pieces = TemplateSyntax.Parse(expanded);
        TemplateCheck.Run(expanded, pieces, new HashSet<string>(_variables.Keys.Concat(TemplateTokens.All), StringComparer.Ordinal));
        var prepared = new StringBuilder(expanded.Length);
        foreach (var piece in pieces)
        {
            Note(piece);
            prepared.Append(Typed(piece));
        }

        return prepared.ToString();
    }

    private void Note(TemplatePiece piece)
    {
        foreach (var name in piece.Arguments.Append(piece.Name).Select(name => name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : name))
        {
            if (TemplateTokens.All.Contains(name) && piece.Kind is PieceKind.Value or PieceKind.Open)
                _tokens.Add(name);
            else if (_variables.ContainsKey(name))
                _used.Add(name);
        }
    }

    // A bare {{start}} or {{amount}} is written the way its type is written in the template's language.
    private string Typed(TemplatePiece piece)
    {
        var name = piece.Name.StartsWith("../", StringComparison.Ordinal) ? piece.Name[3..] : piece.Name;
        if (piece.Kind != PieceKind.Value || piece.Arguments.Count > 0 || !_variables.TryGetValue(name, out var variable))
            return piece.Source;
        return variable.Type switch
        {
            VariableType.Date => piece.Source.Replace(piece.Name, $"date {piece.Name}", StringComparison.Ordinal),
            VariableType.Money => piece.Source.Replace(piece.Name, $"money {piece.Name}", StringComparison.Ordinal),
            VariableType.Number => piece.Source.Replace(piece.Name, $"number {piece.Name}", StringComparison.Ordinal),
            _ => piece.Source,
        };
    }
}
