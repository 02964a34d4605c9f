using System.Collections.Frozen;
using HandlebarsDotNet;
using Orchestrator.Templates.Formatting;

namespace Orchestrator.Templates.Rendering;

/// <summary>The helpers templates may call. Each turns plain values into text in the template's language.</summary>
internal static class TemplateHelpers
{
    private static readonly FrozenDictionary<string, Func<bool, object?, object?, string>> Helpers =
        new Dictionary<string, Func<bool, object?, object?, string>>
        {
            ["date"] = (chinese, value, style) => DateText.Write(value, style as string ?? "short", chinese),
            ["money"] = (chinese, value, currency) => MoneyText.Write(Number("money", value), currency as string ?? "CNY", chinese),
            ["number"] = (_, value, _) => MoneyText.Plain(Number("number", value)),
            ["capital"] = (_, value, _) => ChineseAmount.Write(Number("capital", value)),
            ["mask"] = (_, value, _) => PhoneText.Mask(Text("mask", value)),
            ["last4"] = (_, value, _) => PhoneText.Tail(Text("last4", value)),
        }.ToFrozenDictionary();

    public static IReadOnlySet<string> Names { get; } = Helpers.Keys.ToFrozenSet();

    public static void Register(IHandlebars environment, bool chinese)
    {
        foreach (var (name, write) in Helpers)
        {
            environment.RegisterHelper(name, (_, arguments) => arguments.Length is 1 or 2
                ? arguments[0] is null ? "" : write(chinese, arguments[0], arguments.Length == 2 ? arguments[1] : null)
                : throw new TemplateException($"The helper '{name}' takes one value and at most one option."));
        }
    }

    private static decimal Number(string helper, object? value)
    {
        try
        {
            return value is IConvertible and not string and not bool
                ? Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture)
                : throw new TemplateException($"The helper '{helper}' takes a number, not '{value}'.");
        }
        catch (Exception fault) when (fault is OverflowException or InvalidCastException)
        {
            throw new TemplateException($"The helper '{helper}' cannot write '{value}'.", fault);
        }
    }

    private static string Text(string helper, object? value) =>
        value as string ?? throw new TemplateException($"The helper '{helper}' takes a text, not a number or date.");
}
