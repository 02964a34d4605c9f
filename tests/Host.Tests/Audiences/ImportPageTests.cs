using System.Net;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class ImportPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_platform_team_uploads_a_file_and_sees_what_became_of_it()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var owner = await host.SignInAsync("lin", Role.Owner);

        using var taken = await UploadAsync(platform, "external_id,phone\nc-1,13800000001\nc-2,1\n");
        using var refused = await UploadAsync(platform, "phone\n1\n");

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (taken.StatusCode, refused.StatusCode));
        await Eventually.HoldsAsync(async () => (await PageAsync(platform)).QuerySelectorAll("#imports li").Any(row => row.TextContent.Contains("done", StringComparison.Ordinal)), "the import is shown as done");
        Assert.Contains("no column external_id", (await PageAsync(platform)).QuerySelector("#imports")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await PageAsync(platform)).QuerySelector("#imports a[href$='/errors.csv']"));
        Assert.NotEqual(HttpStatusCode.OK, (await owner.GetAsync("/customers/imports", Token)).StatusCode);
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string file)
    {
        var page = await PageAsync(client);
        using var form = new MultipartFormDataContent();
        foreach (var input in page.QuerySelectorAll("form[enctype='multipart/form-data'] input[type=hidden]"))
            form.Add(new StringContent(input.GetAttribute("value") ?? ""), input.GetAttribute("name")!);
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "customers.csv");
        return await client.PostAsync("/customers/imports", form, Token);
    }

    private static async Task<IDocument> PageAsync(HttpClient client)
    {
        var html = await client.GetStringAsync("/customers/imports", Token);
        return await BrowsingContext.New().OpenAsync(response => response.Content(html), Token);
    }
}
