using System.Text.Json;
using Orchestrator.Host.Demo;

namespace Orchestrator.Host.Tests.Demo;

/// <summary>The attributes that the program declares, as its file has them.</summary>
internal static class ShippedAttributes
{
    public static Dictionary<string, string> Types()
    {
        using var file = JsonDocument.Parse(Resource("Audiences/Attributes.json"));
        return file.RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("type").GetString()!);
    }

    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(DemoCustomers).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
