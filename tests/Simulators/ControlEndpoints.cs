using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Simulators;

/// <summary>Reads the log, changes faults, plays recipients: <c>/_log</c>, <c>/_faults</c>, <c>/_callbacks</c>, <c>/_reply</c>.</summary>
internal static class ControlEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal sealed record FaultsRequest(Dictionary<Fault, double>? Rates, Fault[]? Next, int? LatencyMilliseconds, int? HangMilliseconds, double? LostReceipts, double? DuplicatedReceipts);

    internal sealed record ReplyRequest(string Provider, string From, string Text);

    public static void Map(IEndpointRouteBuilder routes, Simulation simulation, IReadOnlyList<SimulatedProvider> providers)
    {
        routes.MapGet("/", () => Results.Json(providers.Select(p => p.Name), Json));
        routes.MapPost("/", context => simulation.ByHeader.FirstOrDefault(h => context.Request.Headers.ContainsKey(h.Key)).Value is { } handler
            ? handler(context) : Results.NotFound().ExecuteAsync(context));
        routes.MapGet("/_settings/{provider}", (string provider, HttpContext context) => providers.FirstOrDefault(p => p.Name == provider) is { } found
            ? Results.Text(found.Settings(new Uri($"{context.Request.Scheme}://{context.Request.Host}/"), new Uri($"https://{context.Request.Host}/")), "application/json")
            : Results.NotFound());
        routes.MapGet("/_log", (string? id, string? to, int? limit) => Results.Json(
            simulation.Log.Entries.Where(e => (id is null || e.Id.StartsWith(id, StringComparison.Ordinal)) && (to is null || e.To == to)).TakeLast(limit ?? 1000), Json));
        routes.MapGet("/_log/summary", () => Results.Json(simulation.Log.Summary(), Json));
        routes.MapDelete("/_log", () =>
        {
            simulation.Log.Clear();
            return Results.NoContent();
        });
        routes.MapPost("/_faults", async (HttpContext context) =>
        {
            Apply(simulation, (await JsonSerializer.DeserializeAsync<FaultsRequest>(context.Request.Body, Json, context.RequestAborted))!);
            return Results.NoContent();
        });
        routes.MapPut("/_callbacks/{provider}", async (string provider, HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            simulation.Callbacks[provider] = new Uri(await reader.ReadToEndAsync(context.RequestAborted));
            return Results.NoContent();
        });
        routes.MapPost("/_reply", async (HttpContext context) =>
        {
            var reply = (await JsonSerializer.DeserializeAsync<ReplyRequest>(context.Request.Body, Json, context.RequestAborted))!;
            if (providers.FirstOrDefault(p => p.Name == reply.Provider) is not IRepliesBack back) return Results.NotFound($"'{reply.Provider}' carries no replies.");
            back.Reply(reply.From, reply.Text);
            return Results.Accepted();
        });
    }

    private static void Apply(Simulation simulation, FaultsRequest request)
    {
        var faults = simulation.Faults;
        if (request.Rates is { } rates)
        {
            faults.Rates.Clear();
            foreach (var (fault, rate) in rates) faults.Rates[fault] = rate;
        }

        faults.Force(request.Next ?? []);
        faults.LatencyMilliseconds = request.LatencyMilliseconds ?? faults.LatencyMilliseconds;
        faults.HangMilliseconds = request.HangMilliseconds ?? faults.HangMilliseconds;
        faults.LostReceipts = request.LostReceipts ?? faults.LostReceipts;
        faults.DuplicatedReceipts = request.DuplicatedReceipts ?? faults.DuplicatedReceipts;
    }
}

/// <summary>A provider whose recipients can answer.</summary>
internal interface IRepliesBack
{
    void Reply(string from, string text);
}
