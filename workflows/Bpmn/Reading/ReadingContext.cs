using System.Collections.Immutable;
using System.Xml.Linq;
using Orchestrator.Workflows.Execution;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>What every part of the reader shares: the problem list, the file's global elements and how texts become expressions.</summary>
internal sealed class ReadingContext(ProblemList problems, GlobalElements globals)
{
    internal ProblemList Problems => problems;
    internal GlobalElements Globals => globals;

    /// <summary>FEEL, with or without the leading <c>=</c>.</summary>
    internal Expression? Feel(XElement at, string? text)
    {
        var source = text?.Trim() ?? "";
        if (source.StartsWith('='))
            source = source[1..].Trim();
        if (source.Length == 0)
        {
            problems.Error(at, "expression-missing", "The expression is empty. Write FEEL, for example = amount > 100.");
            return null;
        }
        var expression = Expression.TryCompile(source, out var error);
        if (expression is null)
            problems.Error(at, "expression-invalid", $"'{source}' is not FEEL: {error}");
        return expression;
    }

    /// <summary>A literal, or FEEL after <c>=</c>.</summary>
    internal TextOrExpression? TextOrFeel(XElement at, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var trimmed = text.Trim();
        if (!trimmed.StartsWith('='))
            return TextOrExpression.Text(trimmed);
        return Feel(at, trimmed) is { } expression ? new(null, expression) : null;
    }

    internal static XElement? Extension(XElement element, XName name) =>
        element.Element(Namespaces.Bpmn + "extensionElements")?.Element(name);

    internal static IEnumerable<XElement> Extensions(XElement element, XName name) =>
        element.Element(Namespaces.Bpmn + "extensionElements")?.Elements(name) ?? [];

    internal static LocalizedText? NameOf(XElement element)
    {
        var plain = (string?)element.Attribute("name");
        if (Extension(element, Namespaces.Sop + "name") is { } both)
        {
            var zh = (string?)both.Attribute("zh") ?? plain ?? (string?)both.Attribute("en");
            var en = (string?)both.Attribute("en") ?? plain ?? zh;
            return zh is null ? null : new(zh, en!);
        }
        return string.IsNullOrWhiteSpace(plain) ? null : LocalizedText.Same(plain);
    }

    internal ImmutableArray<VariableMapping> Mappings(XElement element, string direction)
    {
        var mapping = Extension(element, Namespaces.Zeebe + "ioMapping");
        if (mapping is null)
            return [];
        return mapping.Elements(Namespaces.Zeebe + direction)
            .Select(line => Mapping(line))
            .OfType<VariableMapping>()
            .ToImmutableArray();
    }

    private VariableMapping? Mapping(XElement line)
    {
        var target = (string?)line.Attribute("target");
        if (string.IsNullOrWhiteSpace(target))
        {
            problems.Error(line, "mapping-incomplete", "An io mapping needs a target variable.");
            return null;
        }
        return Feel(line, (string?)line.Attribute("source")) is { } source ? new(source, target.Trim()) : null;
    }
}
