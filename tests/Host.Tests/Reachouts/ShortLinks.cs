using System.Text.RegularExpressions;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>The short addresses in messages that were sent, and people and programs that follow them.</summary>
internal static partial class ShortLinks
{
    public const string Browser = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Mobile";

    /// <summary>Recipient to the id of the address that was sent to them.</summary>
    public static Dictionary<string, string> Sent(SimulatorHost simulator) =>
        simulator.Simulation.Log.Entries.Where(entry => entry.Accepted).ToDictionary(entry => entry.To, entry => Address().Match(entry.Text).Groups["id"].Value);

    public static async Task<HttpResponseMessage> ClickAsync(TestHost host, string id, string agent = Browser, HttpMethod? method = null, string? purpose = null)
    {
        using var client = host.Anonymous();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"/l/{id}");
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (purpose is not null)
            request.Headers.TryAddWithoutValidation("Sec-Purpose", purpose);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("/l/(?<id>[0-9A-Za-z]{11})")]
    private static partial Regex Address();
}
