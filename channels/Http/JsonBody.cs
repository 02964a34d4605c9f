using System.Text;
using System.Text.Json;

namespace Orchestrator.Channels.Http;

/// <summary>JSON request bodies with a length (some providers refuse chunked ones) and Chinese as it is.</summary>
internal static class JsonBody
{
    public static HttpRequestMessage Post(Uri address, object body) => new(HttpMethod.Post, address) { Content = Content(JsonSerializer.Serialize(body, SettingsJson.Relaxed)) };

    public static StringContent Content(string json) => new(json, Encoding.UTF8, "application/json");

    public static string? Text(this JsonElement element, string path) => JsonPath.Text(element, path);

    public static long? Number(this JsonElement element, string path) =>
        long.TryParse(JsonPath.Text(element, path), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
