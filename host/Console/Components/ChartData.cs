using System.Text.Json;

namespace Orchestrator.Host.WebConsole.Components;

public sealed record ChartSeries(string Name, IReadOnlyList<decimal?> Values, string Kind = "line", string Tone = "accent", bool Dashed = false, bool Area = false, string? Stack = null);

public sealed record ChartData(IReadOnlyList<string> X, IReadOnlyList<ChartSeries> Series)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}
