using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary><c>/customer-imports</c>.</summary>
internal static class ImportEndpoints
{
    private const long LargestFile = 1L << 30;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);

    public static void MapImports(this RouteGroupBuilder api)
    {
        var imports = api.MapGroup("/customer-imports").RequireRole(CustomerRoles.Writers);
        imports.MapPost("", UploadAsync).WithMetadata(new RequestSizeLimitAttribute(LargestFile)).DisableAntiforgery().WithName("ImportCustomers");
        imports.MapGet("", async (CustomerImports list, CancellationToken token) => await list.ListAsync(token)).WithName("ListImports");
        imports.MapGet("/{id:guid}", async (Guid id, CustomerImports list, Texts texts, CancellationToken token) =>
            await list.FindAsync(id, token) is { } view ? (IResult)TypedResults.Ok(view) : Refusal.NotFound(id.ToString()).ToProblem(texts)).WithName("GetImport");
        imports.MapGet("/{id:guid}/progress", (Guid id, CustomerImports list, TimeProvider clock, CancellationToken token) =>
            TypedResults.ServerSentEvents(ProgressAsync(id, list, clock, token))).WithName("WatchImport");
        imports.MapGet("/{id:guid}/errors.csv", ErrorsAsync).WithName("DownloadImportErrors");
    }

    private static async Task<IResult> ErrorsAsync(Guid id, CustomerImports list, ExportRecord record, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (await list.FindAsync(id, cancellationToken) is null)
            return Refusal.NotFound(id.ToString()).ToProblem(texts);
        await record.WriteAsync(Customers.Chain, "import-errors", new { import = id }, await list.CountErrorsAsync(id, cancellationToken), actor, cancellationToken);
        return TypedResults.Stream(stream => list.WriteErrorsAsync(id, stream, CancellationToken.None), "text/csv; charset=utf-8", $"import-errors-{id:N}.csv");
    }

    private static async Task<IResult> UploadAsync(HttpContext http, string? fileName, string? encoding, ImportReceiver receiver, Texts texts, CancellationToken cancellationToken)
    {
        var (file, name) = await FileOfAsync(http.Request, fileName, cancellationToken);
        if (file is null)
            return Refusal.Invalid(new FieldProblem("file", "field.required")).ToProblem(texts);
        var import = await receiver.ReceiveAsync(file, name, encoding, Actor.From(http.User), cancellationToken);
        return import.State == ImportState.Refused
            ? ImportReceiver.RefusalOf(import, texts).ToProblem(texts)
            : TypedResults.Accepted($"/api/v1/customer-imports/{import.Id}", ImportView.From(import, texts));
    }

    /// <summary>The first file of a form, or the body itself; streamed, never buffered as a whole.</summary>
    private static async Task<(Stream? File, string Name)> FileOfAsync(HttpRequest request, string? fileName, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return (request.Body, Clean(fileName));
        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.AsFileSection() is { FileStream: { } stream } file)
                return (stream, Clean(file.FileName));
        }
        return (null, "");
    }

    private static string Clean(string? name)
    {
        name = Path.GetFileName(name ?? "");
        return name.Length == 0 ? "customers.csv" : name.Length <= 120 ? name : name[^120..];
    }

    private static async IAsyncEnumerable<SseItem<ImportView>> ProgressAsync(Guid id, CustomerImports imports, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await imports.FindAsync(id, cancellationToken) is { } view)
        {
            yield return new SseItem<ImportView>(view, view.IsOver ? "done" : "progress");
            if (view.IsOver)
                yield break;
            await Task.Delay(ProgressEvery, clock, cancellationToken);
        }
    }
}
