using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;
using Spectre.Console;

namespace Orchestrator.Host.Audiences;

/// <summary><c>import FILE</c>: through a running server, or straight into the database where none has it. Exit code 1: rows were rejected; 2: nothing was imported.</summary>
internal static class ImportCommand
{
    private const string TokenVariable = "ORCHESTRATOR_TOKEN";
    // What the server derives comes along and is left alone.
    private static readonly System.Text.Json.JsonSerializerOptions Reading = new(JsonDefaults.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip };
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV file with a column external_id." };
        var encoding = new Option<string?>("--encoding") { Description = "utf-8, gb18030, …; found out where left away." };
        var server = new Option<string?>("--server") { Description = $"Address of a running server; its token in {TokenVariable}." };
        var command = new Command("import", "Import a file of customers.") { file, encoding, server };
        command.TreatUnmatchedTokensAsErrors = false;
        server.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out _))
                result.AddError("--server must be an address such as http://localhost:5080.");
        });
        command.SetAction((parsed, token) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(encoding), parsed.GetValue(server) is { } address ? new Uri(address) : null, [.. parsed.UnmatchedTokens], token));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, string? encoding, Uri? server, string[] settings, CancellationToken cancellationToken)
    {
        if (!file.Exists)
            return Fail($"There is no file {file.FullName}.");
        if (server is not null)
            return await ThroughServerAsync(file, encoding, server, cancellationToken);
        await using var app = OrchestratorApp.Create([.. settings, "--Logging:LogLevel:Default=Warning", "--Orchestrator:SeedDemo=false"]);
        var options = app.Services.GetRequiredService<OrchestratorOptions>();
        if (app.Services.GetRequiredService<Database>().Dialect == DatabaseDialect.Sqlite)
        {
            using var probe = SqliteFileLock.TryTake(options.DataDirectory);
            if (probe is null)
                return Environment.GetEnvironmentVariable(TokenVariable) is null
                    ? Fail($"A server has the database. Import through it: set {TokenVariable} and add --server {options.PublicUrl}.")
                    : await ThroughServerAsync(file, encoding, options.PublicUrl, cancellationToken);
        }
        await app.InitialiseAsync(cancellationToken);
        return await DirectAsync(file, encoding, app.Services, cancellationToken);
    }

    private static async Task<int> DirectAsync(FileInfo file, string? encoding, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (receiver, applier, imports) = (services.GetRequiredService<ImportReceiver>(), services.GetRequiredService<ImportApplier>(), services.GetRequiredService<CustomerImports>());
        var actor = Actor.System with { UserName = "import" };
        ImportView view = null!;
        await Bar().StartAsync(async context =>
        {
            var reading = context.AddTask("Checking", maxValue: Math.Max(1, file.Length));
            await using var stream = file.OpenRead();
            var receive = receiver.ReceiveAsync(stream, file.Name, encoding, actor, cancellationToken);
            while (await Task.WhenAny(receive, Task.Delay(LookEvery, cancellationToken)) != receive)
                reading.Value = stream.Position;
            var import = await receive;
            reading.Value = reading.MaxValue;
            var applying = context.AddTask("Importing", maxValue: 100);
            var payload = new ImportPayload(import.Id, actor.UserName);
            while (import.State == ImportState.Applying && !await applier.ApplyNextAsync(payload, cancellationToken))
                applying.Value = (await imports.FindAsync(import.Id, cancellationToken))!.Percent;
            applying.Value = 100;
            view = (await imports.FindAsync(import.Id, cancellationToken))!;
        });
        return await ReportAsync(file, view, (id, output) => imports.WriteErrorsAsync(id, output, cancellationToken));
    }

    private static async Task<int> ThroughServerAsync(FileInfo file, string? encoding, Uri server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable(TokenVariable));
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(Texts.Language);
        ImportView? view = null;
        var problem = "";
        await Bar().StartAsync(async context =>
        {
            var sending = context.AddTask("Checking", maxValue: Math.Max(1, file.Length));
            await using var stream = file.OpenRead();
            var query = $"/api/v1/customer-imports?fileName={Uri.EscapeDataString(file.Name)}{(encoding is null ? "" : $"&encoding={Uri.EscapeDataString(encoding)}")}";
            var post = client.PostAsync(query, new StreamContent(stream), cancellationToken);
            while (await Task.WhenAny(post, Task.Delay(LookEvery, cancellationToken)) != post)
                sending.Value = stream.CanRead ? stream.Position : sending.MaxValue;
            using var reply = await post;
            sending.Value = sending.MaxValue;
            if (!reply.IsSuccessStatusCode)
            {
                problem = $"{(int)reply.StatusCode}: {await reply.Content.ReadAsStringAsync(cancellationToken)}";
                return;
            }
            view = await reply.Content.ReadFromJsonAsync<ImportView>(Reading, cancellationToken);
            var applying = context.AddTask("Importing", maxValue: 100);
            while (view is { IsOver: false })
            {
                await Task.Delay(LookEvery, cancellationToken);
                view = await client.GetFromJsonAsync<ImportView>($"/api/v1/customer-imports/{view.Id}", Reading, cancellationToken);
                applying.Value = view!.Percent;
            }
        });
        return view is null ? Fail(problem) : await ReportAsync(file, view, async (id, output) =>
        {
            await using var report = await client.GetStreamAsync($"/api/v1/customer-imports/{id}/errors.csv", cancellationToken);
            await report.CopyToAsync(output, cancellationToken);
        });
    }

    private static Progress Bar() => AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());

    private static async Task<int> ReportAsync(FileInfo file, ImportView view, Func<Guid, Stream, Task> writeErrors)
    {
        if (view.State == ImportState.Refused)
            return Fail(view.Problem ?? "The file was refused.");
        AnsiConsole.WriteLine($"{view.RowsRead} rows: {view.Created} created, {view.Updated} updated, {view.Unchanged} unchanged, {view.Rejected} rejected.");
        if (view.Rejected == 0)
            return 0;
        var report = $"{file.FullName}.errors.csv";
        await using (var output = File.Create(report))
            await writeErrors(view.Id, output);
        AnsiConsole.WriteLine($"What is wrong with the rejected rows: {report}");
        return 1;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }
}
