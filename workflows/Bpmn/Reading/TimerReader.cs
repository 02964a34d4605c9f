using System.Xml.Linq;
using Orchestrator.Workflows.Execution.Timing;

namespace Orchestrator.Workflows.Bpmn.Reading;

/// <summary>Reads timer definitions and checks their literals.</summary>
internal sealed class TimerReader(ReadingContext context)
{
    private static readonly (string Element, TimerKind Kind)[] Kinds =
        [("timeDate", TimerKind.Date), ("timeDuration", TimerKind.Duration), ("timeCycle", TimerKind.Cycle)];

    internal TimerRule? Read(XElement definition)
    {
        var given = Kinds.Where(k => definition.Element(Namespaces.Bpmn + k.Element) is not null).ToList();
        if (given.Count != 1)
        {
            context.Problems.Error(definition, "timer-incomplete", "A timer needs exactly one of timeDate, timeDuration and timeCycle.");
            return null;
        }
        var (name, kind) = given[0];
        var element = definition.Element(Namespaces.Bpmn + name)!;
        var zone = Zone(definition);
        var offset = context.TextOrFeel(definition, (string?)definition.Attribute(Namespaces.Sop + "offset"));
        if (offset?.Literal is { } text && Duration.TryParse(text) is null)
            context.Problems.Error(definition, "timer-invalid", $"sop:offset='{text}' is not a duration. Write for example P3WD, -P3D or PT2H.");
        return Value(element, kind) is { } value ? new(kind, value, offset, zone) : null;
    }

    internal string? Zone(XElement element)
    {
        var zone = (string?)element.Attribute(Namespaces.Sop + "zone");
        if (zone is null || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            return zone;
        context.Problems.Error(element, "zone-unknown", $"'{zone}' is not a time zone. Use an IANA name such as Asia/Shanghai.");
        return null;
    }

    // Files of other engines write expressions without "="; what is no literal is read as FEEL.
    private TextOrExpression? Value(XElement element, TimerKind kind)
    {
        var text = element.Value.Trim();
        if (text.StartsWith('=') || text.Length == 0)
            return context.Feel(element, text) is { } expression ? new(null, expression) : null;
        if (TimerLiteral.IsValid(kind, text))
            return TextOrExpression.Text(text);
        if (char.IsAsciiDigit(text[0]) || text.Contains('/', StringComparison.Ordinal) || text.Contains('*', StringComparison.Ordinal))
        {
            context.Problems.Error(element, "timer-invalid", $"'{text}' is not a {kind.ToString().ToLowerInvariant()}. {TimerLiteral.Example(kind)}");
            return null;
        }
        if (Execution.Expression.TryCompile(text, out _) is { } feel)
            return new(null, feel);
        context.Problems.Error(element, "timer-invalid", $"'{text}' is neither a {kind.ToString().ToLowerInvariant()} nor FEEL. {TimerLiteral.Example(kind)}");
        return null;
    }
}
