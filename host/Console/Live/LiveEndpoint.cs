using System.Net.ServerSentEvents;
using Orchestrator.Host.Identity;

namespace Orchestrator.Host.WebConsole.Live;

internal static class LiveEndpoint
{
    private const int TopicLimit = 20;

    public static void MapLive(this RouteGroupBuilder console) =>
        console.MapGet("/live", (string[] topic, LivePulse pulse, CancellationToken token) =>
            TypedResults.ServerSentEvents(Events(pulse, topic, token))).RequireRole();

    private static async IAsyncEnumerable<SseItem<string>> Events(LivePulse pulse, string[] topics, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The first event opens the stream through proxies that wait for a body.
        yield return new SseItem<string>("", "hello");
        await foreach (var topic in pulse.ListenAsync(topics.Take(TopicLimit), cancellationToken))
            yield return new SseItem<string>(topic, "moved");
    }
}
