using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Demo;

/// <summary>A step of the demo did not go as it must.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);

/// <summary>The demo's people at the front door: each signs in with a session of their own and acts through the API.</summary>
internal sealed class DemoClient(Func<Uri> address, string password) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(60);
    private readonly Dictionary<string, HttpClient> sessions = [];

    /// <summary>Forgets the sessions: the server was started again, elsewhere.</summary>
    public void Reset()
    {
        foreach (var session in sessions.Values)
            session.Dispose();
        sessions.Clear();
    }

    public async Task<HttpClient> AsAsync(DemoPerson person, CancellationToken cancellationToken)
    {
        if (sessions.TryGetValue(person.UserName, out var known))
            return known;
        var session = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = address() };
        session.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN");
        using var reply = await session.PostAsJsonAsync("/api/v1/session", new SignInRequest(person.UserName, password), cancellationToken);
        await DemandAsync(reply, $"{person.EnglishName} signs in", cancellationToken);
        return sessions[person.UserName] = session;
    }

    public async Task<JsonElement> GetAsync(DemoPerson person, string path, CancellationToken cancellationToken) =>
        await (await AsAsync(person, cancellationToken)).GetFromJsonAsync<JsonElement>(path, cancellationToken);

    public async Task<HttpResponseMessage> TryPostAsync(DemoPerson person, string path, object? body, CancellationToken cancellationToken) =>
        await (await AsAsync(person, cancellationToken)).PostAsJsonAsync(path, body ?? new { }, JsonDefaults.Options, cancellationToken);

    public async Task<JsonElement> PostAsync(DemoPerson person, string path, object? body, CancellationToken cancellationToken)
    {
        using var reply = await TryPostAsync(person, path, body, cancellationToken);
        await DemandAsync(reply, $"POST {path}", cancellationToken);
        return reply.Content.Headers.ContentLength is 0 || reply.StatusCode == HttpStatusCode.NoContent ? default : await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Sends what must be refused, and gives back the problem's last part of its type with its fields.</summary>
    public async Task<(HttpStatusCode Status, string Text)> RefusedAsync(DemoPerson person, string path, object? body, CancellationToken cancellationToken)
    {
        using var reply = await TryPostAsync(person, path, body, cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        return reply.IsSuccessStatusCode ? throw new DemoFailedException($"POST {path} must be refused, and was not: {text}") : (reply.StatusCode, text);
    }

    public async Task SetClockAsync(DateTimeOffset? now, CancellationToken cancellationToken)
    {
        using var reply = await (await AsAsync(DemoPerson.Admin, cancellationToken)).PutAsJsonAsync("/api/v1/demo/clock", new DemoClockChange(now), cancellationToken);
        await DemandAsync(reply, "the clock is moved", cancellationToken);
    }

    public async Task<Guid> CreateAsync(Brief brief, CancellationToken cancellationToken) =>
        (await PostAsync(DemoPerson.Owner, "/api/v1/campaigns", new { brief }, cancellationToken)).GetProperty("id").GetGuid();

    public Task<JsonElement> PageAsync(Guid campaign, CancellationToken cancellationToken) =>
        GetAsync(DemoPerson.Owner, $"/api/v1/campaigns/{campaign}", cancellationToken);

    public async Task<JsonElement> EditAsync(Guid campaign, Func<Brief, Brief> change, CancellationToken cancellationToken)
    {
        var session = await AsAsync(DemoPerson.Owner, cancellationToken);
        using var read = await session.GetAsync($"/api/v1/campaigns/{campaign}", cancellationToken);
        await DemandAsync(read, "the brief is read", cancellationToken);
        var brief = (await read.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("brief").Deserialize<Brief>(JsonDefaults.Options)!;
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/campaigns/{campaign}/brief") { Content = JsonContent.Create(change(brief), options: JsonDefaults.Options) };
        request.Headers.IfMatch.Add(read.Headers.ETag!);
        using var reply = await session.SendAsync(request, cancellationToken);
        await DemandAsync(reply, "the brief is edited", cancellationToken);
        return await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Waits for the open task of an element: service tasks before it run in the background.</summary>
    public async Task<Guid> TaskAsync(Guid campaign, string element, CancellationToken cancellationToken)
    {
        var task = default(JsonElement);
        await UntilAsync(
            async () =>
            {
                task = (await PageAsync(campaign, cancellationToken)).GetProperty("tasks").EnumerateArray()
                    .LastOrDefault(row => row.GetProperty("elementId").GetString() == element && row.GetProperty("state").GetString() == "open");
                return task.ValueKind == JsonValueKind.Object;
            },
            $"task {element} is open",
            cancellationToken);
        return task.GetProperty("id").GetGuid();
    }

    public async Task CompleteAsync(Guid campaign, DemoPerson person, string element, string? outcome, CancellationToken cancellationToken, string? reason = null, Action<JsonObject>? fill = null)
    {
        var task = await TaskAsync(campaign, element, cancellationToken);
        var data = await FormDataAsync(person, task, cancellationToken);
        fill?.Invoke(data);
        await PostAsync(person, $"/api/v1/tasks/{task}/completion", new { outcome, reason, data }, cancellationToken);
    }

    /// <summary>Completes a task with its form filled, which must be refused.</summary>
    public async Task<(HttpStatusCode Status, string Text)> RefusedCompletionAsync(DemoPerson person, Guid task, string outcome, CancellationToken cancellationToken) =>
        await RefusedAsync(person, $"/api/v1/tasks/{task}/completion", new { outcome, data = await FormDataAsync(person, task, cancellationToken) }, cancellationToken);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new DemoFailedException($"After {Patience.TotalSeconds} s still not: {what}");
            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    public void Dispose() => Reset();

    /// <summary>Ticks every check and fills every field of a task's form.</summary>
    private async Task<JsonObject> FormDataAsync(DemoPerson person, Guid task, CancellationToken cancellationToken)
    {
        var form = await GetAsync(person, $"/api/v1/tasks/{task}/form", cancellationToken);
        var data = new JsonObject();
        foreach (var field in form.GetProperty("form").GetProperty("fields").EnumerateArray())
        {
            var options = field.GetProperty("options").EnumerateArray().Select(option => (JsonNode?)JsonValue.Create(option.GetProperty("value").GetString())).ToArray();
            if (ValueFor(field, options) is { } value)
                data[field.GetProperty("key").GetString()!] = value;
        }
        return data;
    }

    private static JsonNode? ValueFor(JsonElement field, JsonNode?[] options) => field.GetProperty("type").GetString() switch
    {
        "checkbox" => true,
        "checklist" => new JsonArray(options),
        "radio" or "select" => options[0],
        "number" => Math.Max(1, field.TryGetProperty("min", out var min) && min.ValueKind == JsonValueKind.Number ? min.GetDecimal() : 1),
        "datetime" => field.TryGetProperty("subtype", out var subtype) && subtype.GetString() == "datetime" ? "2026-11-21T10:00" : "2026-11-21",
        "textfield" or "textarea" => "已核对",
        _ => null,
    };

    private static async Task DemandAsync(HttpResponseMessage reply, string what, CancellationToken cancellationToken)
    {
        if (!reply.IsSuccessStatusCode)
            throw new DemoFailedException($"{what}: {reply.StatusCode} {await reply.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
