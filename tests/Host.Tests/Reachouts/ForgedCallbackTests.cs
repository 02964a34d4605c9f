using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;
using Orchestrator.Simulators;

namespace Orchestrator.Host.Tests.Reachouts;

/// <summary>Whoever is not the provider changes nothing, whatever they post to a callback address.</summary>
public sealed class ForgedCallbackTests
{
    private static readonly string[] Bodies =
    [
        """{"reports":[{"uid":"1.1.0-1","stat":"DELIVRD"}],"replies":[{"from":"+8613800000019","text":"R"}]}""",
        """[{"phone_number":"13800000019","success":true,"biz_id":"x","out_id":"1.1.0-1"}]""",
        """[{"mobile":"13800000019","nationcode":"86","report_status":"SUCCESS","sid":"x"}]""",
        "MessageSid=SM1&MessageStatus=delivered&From=%2B8613800000019&Body=STOP",
        "<xml><Encrypt><![CDATA[x]]></Encrypt><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[del_follow_user]]></ChangeType></xml>",
        "{", "",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Providers => [.. ChannelProviders.All.Where(provider => provider.Limits.HasWebhook).Select(provider => provider.Name).Where(name => name != "smtp")];

    [Theory, MemberData(nameof(Providers))]
    public async Task A_forged_callback_is_refused_and_changes_nothing(string provider)
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        await using var simulator = await SimulatorHost.StartAsync(cancellationToken: Token);
        var bed = new ReachoutBed(host.Services);
        await bed.AddCustomersAsync(1);
        var accounts = host.Services.GetRequiredService<ChannelAccounts>();
        using var settings = JsonDocument.Parse(simulator.SettingsFor(provider));
        var account = (await accounts.CreateAsync(new AccountCommand(provider, provider, settings.RootElement), ReachoutBed.Owner, Token)).Value;
        var path = new Uri(accounts.CallbackUrl(account)).PathAndQuery;
        var before = await StateAsync(host);
        using var stranger = host.Anonymous();

        foreach (var body in Bodies)
        {
            var type = body.StartsWith('<') ? "text/xml" : body.StartsWith("Message", StringComparison.Ordinal) ? "application/x-www-form-urlencoded" : "application/json";
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(stranger, path[..^4] + "zzzz", body, type));
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(stranger, path.Replace(account.Id.ToString("N"), Guid.NewGuid().ToString("N"), StringComparison.Ordinal), body, type));
            if (IsSigned(provider))
                Assert.Contains(await PostAsync(stranger, path + "?signature=0123&msg_signature=0123&timestamp=1&nonce=2&bodySHA256=0", body, type), (List<HttpStatusCode>)[HttpStatusCode.Forbidden, HttpStatusCode.BadRequest]);
            else
                Assert.InRange((int)await PostAsync(stranger, path, "{", type), 400, 499);
        }

        Assert.Equal(before, await StateAsync(host));
    }

    /// <summary>The others are known by the last part of their address alone.</summary>
    private static bool IsSigned(string provider) => provider is "twilio" or "wecom-customer" || provider.StartsWith("wechat-", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path, string body, string type)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var reply = await client.PostAsync(path, content, Token);
        return reply.StatusCode;
    }

    private static Task<(int Inbox, int Bits, int Consents, int Suppressions, int Events)> StateAsync(TestHost host) =>
        host.Database.ReadAsync(
            async (db, token) => (await db.ReceiptInbox.CountAsync(token), await db.Customers.Select(row => row.ConsentBits).SingleAsync(token), await db.Consents.CountAsync(token), await db.Suppressions.CountAsync(token), await db.CampaignEvents.CountAsync(token)), Token);
}
