using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Stores the files posted with a brief and attaches them.</summary>
internal sealed class BriefUploads(Files files)
{
    public async Task<Outcome<Brief>> AddAsync(Brief brief, IFormCollection posted, Actor actor, CancellationToken cancellationToken)
    {
        var pages = await StoreAsync(posted.Files.GetFiles("_newPages"), actor, cancellationToken);
        if (pages.Refusal is { } refusal)
            return refusal;
        var papers = await StoreAsync(posted.Files.GetFiles("_newPapers"), actor, cancellationToken);
        return papers.Refusal is { } refused ? refused : brief with { Pages = [.. brief.Pages, .. pages.Value], Papers = [.. brief.Papers, .. papers.Value] };
    }

    private async Task<Outcome<List<Attachment>>> StoreAsync(IReadOnlyList<IFormFile> posted, Actor actor, CancellationToken cancellationToken)
    {
        var stored = new List<Attachment>();
        foreach (var file in posted.Where(file => file.Length > 0))
        {
            using var buffer = new MemoryStream();
            await file.CopyToAsync(buffer, cancellationToken);
            var outcome = await files.AddAsync(file.FileName, file.ContentType, buffer.ToArray(), actor, cancellationToken);
            if (outcome.Refusal is { } refusal)
                return refusal;
            stored.Add(outcome.Value);
        }
        return stored;
    }
}
