using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Conformance.Dmn;

/// <summary>Values as the kit writes them.</summary>
internal static class TckValue
{
    private const decimal Tolerance = 1e-8m;
    private static readonly XNamespace Schema = "http://www.w3.org/2001/XMLSchema-instance";

    public static object? Read(XElement holder)
    {
        var children = holder.Elements().Where(element => element.Name.LocalName != "extensionElements").ToList();
        return children switch
        {
            [] => null,
            [{ Name.LocalName: "value" } value] => Scalar(value),
            [{ Name.LocalName: "list" } list] => (bool?)list.Attribute(Schema + "nil") == true ? null : FeelValue.From(list.Elements().Select(Read).ToList()),
            _ => new FeelContext(children.Select(child => KeyValuePair.Create((string)child.Attribute("name")!, Read(child)))),
        };
    }

    public static bool Matches(object? expected, object? actual) => (expected, actual) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (IReadOnlyList<object?> left, IReadOnlyList<object?> right) => left.Count == right.Count && left.Zip(right).All(pair => Matches(pair.First, pair.Second)),
        (FeelContext left, FeelContext right) => left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out var other) && Matches(entry.Value, other)),
        (decimal left, decimal right) => Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Abs(left)),
        (decimal or Decimal128, decimal or Decimal128) => Math.Abs(Number(expected) - Number(actual)) <= 1e-8 * Math.Max(1, Math.Abs(Number(expected))),
        _ => expected.Equals(actual),
    };

    private static double Number(object? value) => value is decimal number ? (double)number : ((Decimal128)value!).ToDouble();

    private static object? Scalar(XElement value)
    {
        if ((bool?)value.Attribute(Schema + "nil") == true)
        {
            return null;
        }

        var (text, type) = (value.Value, ((string?)value.Attribute(Schema + "type") ?? "").Split(':')[^1]);
        var trimmed = text.Trim();
        return type switch
        {
            "decimal" or "double" or "integer" or "int" or "long" or "float" => Calculate(trimmed),
            "boolean" => trimmed is "true" or "1",
            "date" => FeelDate.Parse(trimmed),
            "time" => FeelTime.Parse(trimmed),
            "dateTime" => FeelDateTime.Parse(trimmed),
            "duration" => FeelExpression.Compile($"duration(\"{trimmed}\")").Evaluate(FeelScope.Empty).Value,
            _ => text,
        };
    }

    private static object? Calculate(string number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && number.Length < 28
            ? value
            : FeelExpression.Compile($"number(\"{number}\")").Evaluate(FeelScope.Empty).Value;
}
