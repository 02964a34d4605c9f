using System.Collections;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Workflows.Feel;

/// <summary>Converts plain .NET values to FEEL values.</summary>
public static class FeelValue
{
    /// <summary>The FEEL value of a .NET one. FEEL values come back as they are; what FEEL does not know is null.</summary>
    public static object? From(object? value) => value switch
    {
        null or bool or string or decimal or FeelContext or FeelDate or FeelTime or FeelDateTime or DayTimeDuration
            or YearMonthDuration or FeelRange or FeelFunction or Decimal128 or FeelType or FeelList => value,
        int number => (decimal)number,
        long number => (decimal)number,
        double number => FeelNumber.From(number),
        float number => FeelNumber.From(number),
        DateTimeOffset time => FeelDateTime.From(time),
        DateTime time => FeelDateTime.From(time),
        DateOnly date => FeelDate.From(date),
        TimeOnly time => FeelTime.From(time),
        TimeSpan span => DayTimeDuration.From(span),
        JsonElement json => FeelJson.FromJson(json),
        JsonNode json => FeelJson.FromJson(json),
        _ => FromRare(value),
    };

    private static object? FromRare(object value) => value switch
    {
        byte or sbyte or short or ushort or uint => Convert.ToDecimal(value, null),
        ulong number => (decimal)number,
        BigInteger number => FeelNumber.From(number),
        char letter => letter.ToString(),
        Guid id => id.ToString(),
        Enum name => name.ToString(),
        IReadOnlyDictionary<string, object?> entries => new FeelContext(entries),
        IEnumerable<KeyValuePair<string, object?>> entries => new FeelContext(entries),
        IEnumerable items => FromItems(items),
        _ => null,
    };

    private static FeelList FromItems(IEnumerable items)
    {
        var list = new List<object?>();
        foreach (var item in items)
        {
            list.Add(From(item));
        }

        return new FeelList([.. list]);
    }
}
