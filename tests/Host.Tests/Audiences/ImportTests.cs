using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Tests.Fixtures;

namespace Orchestrator.Host.Tests.Audiences;

public sealed class ImportTests
{
    private const string Header = "external_id,phone,email,age,risk_grade,next_due_date,student,sms_consent,consent_at,consent_source\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Row(int i) => string.Create(CultureInfo.InvariantCulture, $"c-{i},138{i:D8},c{i}@example.com,{20 + (i % 40)},{"ABC"[i % 3]},2026-12-{1 + (i % 28):D2},否,{(i % 2 == 0 ? "yes" : "")},2026-01-02T03:04:05Z,app\n");

    private static string Rows(int count) => Header + string.Concat(Enumerable.Range(0, count).Select(Row));

    [Theory, ClassData(typeof(Dialects))]
    public async Task A_file_is_imported_and_the_same_file_again_changes_nothing(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        var first = await ImportAsync(platform, Rows(1_200));
        var second = await ImportAsync(platform, Rows(1_200));
        var third = await ImportAsync(platform, Rows(1_200).Replace("c-7,13800000007,", "c-7,13900000007,", StringComparison.Ordinal));

        Assert.Equal(("done", 1_200, 1_200, 0, 0, 0, 100), Figures(first));
        Assert.Equal(("done", 1_200, 0, 0, 1_200, 0, 100), Figures(second));
        Assert.Equal(("done", 1_200, 0, 1, 1_199, 0, 100), Figures(third));
        var stored = await host.Database.ReadAsync(async (db, token) => (await db.Customers.CountAsync(token), await db.Consents.CountAsync(token), await db.CustomerImportSlices.CountAsync(token)), Token);
        Assert.Equal((1_200, 600, 0), stored);
        var customer = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-8", Token);
        Assert.Equal(("""{"age":28,"next_due_date":"2026-12-09","student":false}""", true), (customer.GetProperty("attributes").GetRawText(), customer.GetProperty("consents")[0].GetProperty("granted").GetBoolean()));
    }

    [Theory, ClassData(typeof(Dialects))]
    public async Task Bad_rows_are_reported_with_line_column_and_reason_and_the_good_ones_imported(DatabaseDialect dialect)
    {
        await using var host = await TestHost.StartAsync(dialect);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        const string file = """
            external_id,phone,age,next_due_date,city
            c-1,13800000001,31,2026-12-01,北京
            c-2,12345,=1+1,2026-06-31,=cmd|'/c calc'!A1
            c-3,13800000003
            "c-4",13800000004,31,,"two
            lines"
            c-1,13800000009,31,,上海

            c-5,138"00000005,31,,
            ,13800000006,31,,
            c-7,,,,
            """;

        var import = await ImportAsync(platform, file);
        var report = await platform.GetStringAsync($"/api/v1/customer-imports/{import.GetProperty("id").GetString()}/errors.csv", Token);

        Assert.Equal(("done", 8, 3, 0, 0, 5, 100), Figures(import));
        var lines = report.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Line,Column,Value (masked),Reason", lines[0]);
        Assert.StartsWith("3,phone,***,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("3,age,'=1+1,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("3,next_due_date,2026-06-31,", lines[3], StringComparison.Ordinal);
        Assert.Equal("4,,,\"This row has 2 cells, the header 5.\"", lines[4]);
        Assert.Equal("7,external_id,c-1,This customer stood in line 2 already; that row counts.", lines[5]);
        Assert.StartsWith("9,,,A quotation mark", lines[6], StringComparison.Ordinal);
        Assert.StartsWith("10,external_id,,", lines[7], StringComparison.Ordinal);
        Assert.Equal(8, lines.Length);
        var record = await host.Database.ReadAsync((db, token) => db.AuditEvents.SingleAsync(row => row.Type == "data-exported", token), Token);
        Assert.Equal(("customers", "gong", "import-errors"), (record.Chain, record.Actor, record.Subject));
        Assert.Equal($$"""{"filter":{"import":"{{import.GetProperty("id").GetString()}}"},"rows":"7"}""", record.Data);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.GetAsync($"/api/v1/customer-imports/{Guid.Empty}/errors.csv", Token)).StatusCode);
    }

    [Theory]
    [InlineData("phone,age\n138,3\n", "no column external_id")]
    [InlineData("external_id,shoe_size\nc-1,3\n", "shoe_size")]
    [InlineData("external_id,age,age\nc-1,3,3\n", "twice")]
    [InlineData("external_id,city\nc-1,\"never closed\nc-2,x\n", "never closed")]
    [InlineData("", "empty")]
    [InlineData("PK\u0003\u0004abc", "spreadsheet")]
    public async Task A_file_that_cannot_be_read_is_refused_and_changes_nothing(string file, string reason)
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        using var reply = await UploadAsync(platform, Encoding.UTF8.GetBytes(file));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        Assert.Contains(reason, (await reply.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await host.Database.ReadAsync((db, token) => db.Customers.CountAsync(token), Token));
    }

    [Fact]
    public async Task Gb18030_utf16_and_byte_order_marks_are_understood_and_a_broken_encoding_is_refused()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        const string file = "客户号,城市\nc-1,乌鲁木齐\n";
        byte[] broken = [.. Encoding.UTF8.GetBytes("external_id,city\nc-1,北京\nc-2,"), 0xFF, 0xFF, (byte)'\n'];

        foreach (var bytes in new[] { Encoding.GetEncoding("gb18030").GetBytes(file), [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(file)], [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(file)] })
        {
            using var reply = await UploadAsync(platform, bytes);
            await FinishedAsync(platform, reply);
            var customer = await platform.GetFromJsonAsync<JsonElement>("/api/v1/customers/c-1", Token);
            Assert.Equal("乌鲁木齐", customer.GetProperty("attributes").GetProperty("city").GetString());
            await platform.PutAsJsonAsync("/api/v1/customers/c-1", new { attributes = new { city = "" } }, Token);
        }
        using var refused = await UploadAsync(platform, broken);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Fact]
    public async Task A_huge_line_is_refused_without_reading_it_into_memory()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);

        using var reply = await UploadAsync(platform, Encoding.UTF8.GetBytes("external_id,city\nc-1," + new string('x', 5_000_000)));

        Assert.Contains("line 2 has a cell of more than 64 KB", await reply.Content.ReadAsStringAsync(Token), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Importing_again_does_not_bring_back_a_consent_that_was_withdrawn()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        const string undated = "external_id,phone,sms_consent\nc-0,13800000000,yes\n";
        await ImportAsync(platform, Rows(1));
        await ImportAsync(platform, undated);
        await platform.PostAsJsonAsync("/api/v1/customers/c-0/opt-out", new { source = "reply" }, Token);

        await ImportAsync(platform, Rows(1));
        await ImportAsync(platform, undated);

        var bits = await host.Database.ReadAsync((db, token) => db.Customers.Select(row => row.ConsentBits).SingleAsync(token), Token);
        Assert.Equal(0, bits);
    }

    [Fact]
    public async Task A_form_upload_works_and_progress_streams_to_the_end()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        using var form = new MultipartFormDataContent { { new StringContent("x"), "note" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(Rows(600))), "file", "kunden 客户.csv" } };

        using var reply = await platform.PostAsync("/api/v1/customer-imports", form, Token);
        var import = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        var stream = await platform.GetStringAsync($"/api/v1/customer-imports/{import.GetProperty("id").GetString()}/progress", Token);

        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        Assert.Contains("event: done", stream, StringComparison.Ordinal);
        Assert.Contains("\"created\":600", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_imports_through_a_running_server_and_saves_the_error_report()
    {
        await using var host = await TestHost.StartAsync(DatabaseDialect.Sqlite);
        using var platform = await host.SignInAsync("gong", Role.Platform);
        var users = host.Services.GetRequiredService<Users>();
        var user = (await users.ListAsync(Token)).Single(row => row.UserName == "gong");
        Environment.SetEnvironmentVariable("ORCHESTRATOR_TOKEN", (await users.CreateTokenAsync(user.Id, "import", null, Actor.System, Token)).Value);
        var directory = Directory.CreateTempSubdirectory("orchestrator-cli-").FullName;
        var file = Path.Combine(directory, "customers.csv");
        await File.WriteAllTextAsync(file, Rows(700) + "c-x,1,,,,,,,,\n", Token);

        var exit = await Commands.Root().Parse(["import", file, "--server", host.Address.ToString()]).InvokeAsync(cancellationToken: Token);

        Assert.Equal(1, exit);
        Assert.Contains("702,phone,***,", await File.ReadAllTextAsync(file + ".errors.csv", Token), StringComparison.Ordinal);
        Assert.Equal(700, await host.Database.ReadAsync((db, token) => db.Customers.CountAsync(token), Token));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<JsonElement> ImportAsync(HttpClient client, string file)
    {
        using var reply = await UploadAsync(client, Encoding.UTF8.GetBytes(file.ReplaceLineEndings("\n")));
        return await FinishedAsync(client, reply);
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await client.PostAsync("/api/v1/customer-imports?fileName=customers.csv", content, Token);
    }

    private static async Task<JsonElement> FinishedAsync(HttpClient client, HttpResponseMessage reply)
    {
        Assert.True(reply.StatusCode == HttpStatusCode.Accepted, await reply.Content.ReadAsStringAsync(Token));
        var import = await reply.Content.ReadFromJsonAsync<JsonElement>(Token);
        await Eventually.HoldsAsync(
            async () => (import = await client.GetFromJsonAsync<JsonElement>($"/api/v1/customer-imports/{import.GetProperty("id").GetString()}", Token)).GetProperty("isOver").GetBoolean(), "the import is over");
        return import;
    }

    private static (string?, int, int, int, int, int, int) Figures(JsonElement import) => (
        import.GetProperty("state").GetString(), Number(import, "rowsRead"), Number(import, "created"), Number(import, "updated"), Number(import, "unchanged"), Number(import, "rejected"), Number(import, "percent"));

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
