using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Demo;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tests.Campaigns;

/// <summary>A campaign driven over HTTP by the people whose roles the SOP asks for.</summary>
internal sealed class Story : IAsyncDisposable
{
    /// <summary>Element id to who usually does it.</summary>
    private static readonly Dictionary<string, string> Doers = new()
    {
        ["write-brief"] = "lin", ["review-brief"] = "chen", ["risk-sign"] = "zhou", ["compliance-sign"] = "xu", ["consumer-protection-sign"] = "gu",
        ["finance-sign"] = "he", ["executive-sign"] = "song", ["configure"] = "pan", ["test-send"] = "tang", ["launch-check"] = "luo", ["confirm-drift"] = "zhou2",
        ["daily-check"] = "lin", ["handle-breach"] = "zhou2", ["write-retrospective"] = "lin", ["confirm-retrospective"] = "chen", ["look-back"] = "zhou",
    };

    private static readonly Dictionary<string, string[]> Roles = new()
    {
        ["lin"] = [Role.Owner], ["chen"] = [Role.BusinessHead], ["zhou"] = [Role.Risk], ["zhou2"] = [Role.Risk], ["xu"] = [Role.Compliance], ["gu"] = [Role.ConsumerProtection],
        ["he"] = [Role.Finance], ["song"] = [Role.Executive], ["pan"] = [Role.Platform], ["tang"] = [Role.Platform], ["luo"] = [Role.Platform],
        ["qian"] = [Role.Auditor], ["root"] = [Role.Admin], ["wei"] = [Role.ProcessAdmin], ["wei2"] = [Role.ProcessAdmin],
    };

    private readonly Dictionary<string, HttpClient> clients = [];

    private Story(TestHost host) => Host = host;

    public TestHost Host { get; }

    public Guid Id { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The demo campaign's brief for audiences of a few: a tenth is kept aside, not 270.</summary>
    public static Brief Brief(TestHost host)
    {
        var brief = DemoBrief.For(DemoBrief.FirstDayAfter(DateOnly.FromDateTime(host.Clock.GetUtcNow().UtcDateTime)));
        return brief with { Audience = brief.Audience with { HoldoutCount = null } };
    }

    public static async Task<Story> BeginAsync(DatabaseDialect dialect, Func<Brief, Brief>? change = null, Action<IServiceCollection>? customise = null)
    {
        var story = new Story(await TestHost.StartAsync(dialect, customise: customise));
        var brief = Brief(story.Host);
        using var reply = await story.PostAsync("lin", "/api/v1/campaigns", new { brief = change is null ? brief : change(brief) });
        Assert.True(reply.StatusCode == HttpStatusCode.Created, await reply.Content.ReadAsStringAsync(Token));
        story.Id = (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();
        return story;
    }

    public async Task<HttpClient> AsAsync(string user)
    {
        if (!clients.TryGetValue(user, out var client))
            clients[user] = client = await Host.SignInAsync(user, Roles[user]);
        return client;
    }

    public async Task<HttpResponseMessage> PostAsync(string user, string path, object? body = null) =>
        await (await AsAsync(user)).PostAsJsonAsync(path, body ?? new { }, JsonDefaults.Options, Token);

    public async Task<JsonElement> GetAsync(string user, string path) => await (await AsAsync(user)).GetFromJsonAsync<JsonElement>(path, Token);

    public Task<JsonElement> PageAsync() => GetAsync("lin", $"/api/v1/campaigns/{Id}");

    public async Task<IReadOnlyList<string>> OpenTasksAsync() =>
        [.. (await PageAsync()).GetProperty("tasks").EnumerateArray().Where(task => task.GetProperty("state").GetString() == "open").Select(task => task.GetProperty("elementId").GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>Waits until the element has an open task: service tasks before it run in the background.</summary>
    public async Task<Guid> TaskAsync(string element)
    {
        var until = Environment.TickCount64 + 20_000;
        while (Environment.TickCount64 < until)
        {
            var task = (await PageAsync()).GetProperty("tasks").EnumerateArray().LastOrDefault(task => task.GetProperty("elementId").GetString() == element && task.GetProperty("state").GetString() == "open");
            if (task.ValueKind == JsonValueKind.Object)
                return task.GetProperty("id").GetGuid();
            await Task.Delay(50, Token);
        }
        throw new TimeoutException($"No open task '{element}'; open are {string.Join(", ", await OpenTasksAsync())}. {(await PageAsync()).GetProperty("incidents")}");
    }

    public async Task<HttpResponseMessage> TryCompleteAsync(string element, string? outcome, string? by = null, string? reason = null, object? data = null)
    {
        var id = await TaskAsync(element);
        var user = by ?? Doers[element];
        return await PostAsync(user, $"/api/v1/tasks/{id}/completion", new { outcome, reason, data = data ?? await FormDataAsync(user, id, outcome) });
    }

    public async Task CompleteAsync(string element, string? outcome, string? by = null, string? reason = null, object? data = null, DateTimeOffset? at = null)
    {
        if (at is { } instant)
            Host.Clock.AdvanceTo(instant);
        using var reply = await TryCompleteAsync(element, outcome, by, reason, data);
        Assert.True(reply.IsSuccessStatusCode, $"{element} {outcome}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync(Token)}");
    }

    public async Task<HttpResponseMessage> SignAsync(string element, string? seenPackage)
    {
        var id = await TaskAsync(element);
        return await PostAsync(Doers[element], $"/api/v1/tasks/{id}/completion", new { outcome = "approve", data = await FormDataAsync(Doers[element], id, "approve"), packageHash = seenPackage });
    }

    /// <summary>Approves everything up to the launch check.</summary>
    public async Task ReachLaunchCheckAsync()
    {
        await CompleteAsync("write-brief", "submit");
        await CompleteAsync("review-brief", "approve");
        await SignAllAsync();
        await CompleteAsync("configure", "done");
        await CompleteAsync("test-send", "pass");
        await TaskAsync("launch-check");
    }

    /// <summary>Moves the business clock and waits until the campaign has come to the stage.</summary>
    public Task UntilStageAsync(string stage, DateTimeOffset? at) => UntilAsync("stage", stage, at);

    public Task UntilStatusAsync(string status) => UntilAsync("status", status, null);

    /// <summary>Waits until no message of the campaign is on its way, and gives the ledger's counts.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilSentAsync()
    {
        var until = Environment.TickCount64 + 30_000;
        for (; ; )
        {
            var counts = (await GetAsync("lin", $"/api/v1/campaigns/{Id}/ledger")).EnumerateArray().Where(row => row.GetProperty("count").GetInt64() > 0).ToList();
            if (counts.Count > 0 && counts.All(row => row.GetProperty("state").GetString() is not ("planned" or "leased")))
                return counts;
            Assert.True(Environment.TickCount64 < until, $"Still under way: {string.Join(", ", counts)}");
            await Task.Delay(100, Token);
        }
    }

    private async Task UntilAsync(string field, string value, DateTimeOffset? at)
    {
        var until = Environment.TickCount64 + 20_000;
        for (; ; )
        {
            if (at is { } instant)
                Host.Clock.AdvanceTo(instant);
            var page = await PageAsync();
            if (page.GetProperty(field).GetString() == value)
                return;
            Assert.True(Environment.TickCount64 < until, $"{field} is {page.GetProperty(field)}, not {value}. {page.GetProperty("incidents")}");
            await Task.Delay(50, Token);
        }
    }

    public async Task SignAllAsync()
    {
        foreach (var element in new[] { "risk-sign", "compliance-sign", "consumer-protection-sign", "finance-sign" })
            await CompleteAsync(element, "approve");
    }

    public async Task<HttpResponseMessage> EditAsync(Func<Brief, Brief> change, string by = "lin")
    {
        var client = await AsAsync(by);
        using var read = await client.GetAsync($"/api/v1/campaigns/{Id}", Token);
        var page = await read.Content.ReadFromJsonAsync<JsonElement>(Token);
        var brief = page.GetProperty("brief").Deserialize<Brief>(JsonDefaults.Options)!;
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/campaigns/{Id}/brief") { Content = JsonContent.Create(change(brief), options: JsonDefaults.Options) };
        request.Headers.IfMatch.Add(read.Headers.ETag!);
        return await client.SendAsync(request, Token);
    }

    /// <summary>Makes everybody a campaign needs.</summary>
    public async Task EverybodyAsync()
    {
        foreach (var user in Roles.Keys)
            await AsAsync(user);
    }

    public async Task<Attachment> UploadAsync(string user, string name, string mediaType, byte[] bytes)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new(mediaType);
        form.Add(file, "file", name);
        using var reply = await (await AsAsync(user)).PostAsync("/api/v1/files", form, Token);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Token));
        return (await reply.Content.ReadFromJsonAsync<Attachment>(JsonDefaults.Options, Token))!;
    }

    /// <summary>Gives a user exactly these roles and signs them in anew.</summary>
    public async Task GrantAsync(string user, params string[] roles)
    {
        await AsAsync(user);
        var users = Host.Services.GetRequiredService<Users>();
        var row = (await users.ListAsync(Token)).Single(other => other.UserName == user);
        _ = (await users.ChangeAsync(row.Id, row.Version, new UserChange(row.DisplayName, null, null, null, roles, false), Actor.System, Token)).Value;
        clients[user].Dispose();
        clients[user] = await Host.SignInAsync(user);
    }

    public async Task<IReadOnlyList<string>> StandingAsync() =>
        [.. (await PageAsync()).GetProperty("approvals").EnumerateArray().Where(row => row.GetProperty("stands").GetBoolean()).Select(row => row.GetProperty("elementId").GetString()!).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Fills a form with whatever its fields demand.</summary>
    public async Task<JsonObject> FormDataAsync(string user, Guid taskId, string? outcome)
    {
        _ = outcome;
        var form = await GetAsync(user, $"/api/v1/tasks/{taskId}/form");
        var data = new JsonObject();
        foreach (var field in form.GetProperty("form").GetProperty("fields").EnumerateArray())
        {
            var (type, key) = (field.GetProperty("type").GetString(), field.GetProperty("key").GetString()!);
            var options = field.GetProperty("options").EnumerateArray().Select(option => JsonValue.Create(option.GetProperty("value").GetString())).ToArray();
            JsonNode? value = type switch
            {
                "checkbox" => true,
                "checklist" => new JsonArray([.. options]),
                "radio" or "select" => options[0],
                "number" => Math.Max(1, field.TryGetProperty("min", out var min) && min.ValueKind == JsonValueKind.Number ? min.GetDecimal() : 1),
                "datetime" => Host.Clock.GetUtcNow().ToString(field.GetProperty("subtype").GetString() == "datetime" ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture),
                "textfield" or "textarea" => "已核对",
                _ => null,
            };
            if (value is not null)
                data[key] = value;
        }
        return data;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
            client.Dispose();
        await Host.DisposeAsync();
    }
}
