namespace Orchestrator.Templates;

/// <summary>One text for one channel in one language, as written by its author. Immutable; a change is a new template.</summary>
public sealed record MessageTemplate
{
    /// <summary>A stable name, unique among the templates it is used with, for example <c>member-day/sms-1/zh-CN</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The channel the text is for.</summary>
    public required MessageChannel Channel { get; init; }

    /// <summary>BCP 47 language tag. Tags that start with <c>zh</c> format dates and money the Chinese way, all others the English way.</summary>
    public required string Language { get; init; }

    /// <summary>Marketing unless said otherwise: the stricter rules are the default.</summary>
    public MessagePurpose Purpose { get; init; } = MessagePurpose.Marketing;

    /// <summary>E-mail subject or push title; Handlebars, never HTML-escaped. Null where the channel has none.</summary>
    public string? Title { get; init; }

    /// <summary>The plain text; Handlebars, never HTML-escaped.</summary>
    public required string Body { get; init; }

    /// <summary>The HTML part of an e-mail; Handlebars, every value HTML-escaped. Null for all other channels.</summary>
    public string? Html { get; init; }

    /// <summary>What providers of registered templates are sent instead of the text; null: there is no such template.</summary>
    public RegisteredTemplate? Registered { get; init; }

    /// <summary>The variables the texts may name besides the tokens of <see cref="TemplateTokens"/>.</summary>
    public IReadOnlyList<TemplateVariable> Variables { get; init; } = [];

    /// <summary>Texts for <c>{{> name}}</c>, by name; part of the content.</summary>
    public IReadOnlyDictionary<string, string> Partials { get; init; } = new Dictionary<string, string>();

    /// <summary>The partials that a text includes by itself; none where it cannot be read.</summary>
    /// <param name="source">One part of a text, or a partial.</param>
    /// <returns>Names, each once.</returns>
    public static IReadOnlyList<string> PartialsNamedIn(string source)
    {
        try
        {
            return source.Contains('>', StringComparison.Ordinal) ? [.. Syntax.TemplateSyntax.Parse(source).Where(piece => piece.Kind == Syntax.PieceKind.Partial).Select(piece => piece.Name).Distinct()] : [];
        }
        catch (TemplateException)
        {
            return [];
        }
    }

    /// <summary>The same text declaring, of the variables it might use, those that it names.</summary>
    /// <param name="known">All variables that a text of this kind may use.</param>
    /// <returns>A copy; where the text cannot be read it declares them all, and compiling says what is wrong.</returns>
    public MessageTemplate Declaring(IReadOnlyList<TemplateVariable> known)
    {
        try
        {
            var named = new[] { Title, Body, Html }.Concat(Registered?.Parameters.Select(parameter => parameter.Value) ?? []).OfType<string>()
                .SelectMany(part => Syntax.TemplateSyntax.Parse(Syntax.PartialExpansion.Expand(part, Partials)))
                .SelectMany(piece => piece.Arguments.Append(piece.Name))
                .Select(name => name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : name)
                .ToHashSet(StringComparer.Ordinal);
            return this with { Variables = [.. known.Where(variable => named.Contains(variable.Name))] };
        }
        catch (TemplateException)
        {
            return this with { Variables = known };
        }
    }

    internal bool IsChinese => LanguageIsChinese(Language);

    internal static bool LanguageIsChinese(string language) => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A declared variable of a template.</summary>
/// <param name="Name">Lower-case letters, digits and underscores, starting with a letter.</param>
/// <param name="Type">What values it takes; anything else is refused at render.</param>
/// <param name="Required">A required variable without a value is an error; an optional one renders as nothing.</param>
/// <param name="Example">A typical value in its plain form, used by previews and by length checks.</param>
public sealed record TemplateVariable(string Name, VariableType Type, bool Required = true, string? Example = null)
{
    /// <summary>Longest text of an attribute that is printed, where the variable does not say.</summary>
    public const int UsualLength = 40;

    /// <summary>The attribute of the customer that fills it; null: whoever renders knows the value. Turned into a value by <see cref="AttributeValue"/>.</summary>
    public string? Attribute { get; init; }

    /// <summary>What stands in where the attribute is missing, in its plain form; null: then the text can't be rendered for that customer.</summary>
    public string? Fallback { get; init; }

    /// <summary>A text of an attribute is printed masked, whatever helper writes it.</summary>
    public bool Masked { get; init; }

    /// <summary>Characters of an attribute's text; a longer one counts as missing. Null: <see cref="UsualLength"/>.</summary>
    public int? MaxLength { get; init; }
}

/// <summary>The type of a template variable.</summary>
public enum VariableType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>Any .NET number.</summary>
    Number,

    /// <summary>A decimal amount; <c>{{money x}}</c> and <c>{{capital x}}</c> write it out.</summary>
    Money,

    /// <summary>A <see cref="DateOnly"/>, or a <see cref="DateTimeOffset"/> whose own offset is used. Printed as 12月8日 or 8 Dec.</summary>
    Date,

    /// <summary>True or false, for <c>{{#if x}}</c>.</summary>
    Flag,

    /// <summary>An absolute https address.</summary>
    Url,

    /// <summary>A list of at most <see cref="TemplateLimits.MaxListItems"/> strings, numbers or dictionaries of these, for <c>{{#each x}}</c>.</summary>
    List,
}

/// <summary>Bounds that no template or value can exceed, so that no text can run away with the process.</summary>
public static class TemplateLimits
{
    /// <summary>Characters of a template source, partials expanded.</summary>
    public const int MaxSourceLength = 65_536;

    /// <summary>Characters of one string value.</summary>
    public const int MaxValueLength = 4_000;

    /// <summary>Items of a list value.</summary>
    public const int MaxListItems = 100;

    /// <summary>How deep <c>{{#each}}</c> may nest.</summary>
    public const int MaxLoopDepth = 2;

    /// <summary>How deep partials may include partials.</summary>
    public const int MaxPartialDepth = 5;

    /// <summary>Characters that rendering one part may write.</summary>
    /// <param name="channel">The channel of the template.</param>
    /// <returns>The largest number of characters; one more and rendering fails.</returns>
    public static int MaxOutput(MessageChannel channel) => channel switch
    {
        MessageChannel.Sms => 2_000,
        MessageChannel.Email => 262_144,
        _ => 8_192,
    };
}
