using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Host.Campaigns;

/// <summary>The highest annual rate that may be promoted, by the day it came into force (<c>rate-caps.json</c>; to be confirmed by the user's lawyers).</summary>
internal static class RateCaps
{
    private static readonly IReadOnlyList<(DateOnly From, decimal Cap)> Caps = Load();

    public static decimal? On(DateOnly day)
    {
        var inForce = Caps.Where(cap => cap.From <= day).ToList();
        return inForce.Count == 0 ? null : inForce.MaxBy(cap => cap.From).Cap;
    }

    private static List<(DateOnly, decimal)> Load()
    {
        using var stream = typeof(RateCaps).Assembly.GetManifestResourceStream("Campaigns/rate-caps.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(entry => (
            DateOnly.ParseExact(entry.GetProperty("from").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            entry.GetProperty("capPercent").GetDecimal()))];
    }
}
