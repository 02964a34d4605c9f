using System.Text.Json;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Campaigns;

/// <summary>The stored form of a brief.</summary>
public static class BriefJsonText
{
    public static string Write(Brief brief) => JsonSerializer.Serialize(brief, JsonDefaults.Options);

    /// <exception cref="JsonException">The text was not written by <see cref="Write"/>.</exception>
    public static Brief Read(string json) =>
        JsonSerializer.Deserialize<Brief>(json, JsonDefaults.Options) ?? throw new JsonException("A brief is an object.");
}
