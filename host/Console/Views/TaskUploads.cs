using Orchestrator.Host.Campaigns;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Sops;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Stores the files posted with a task's form. What was refused names its field.</summary>
internal sealed class TaskUploads(Files files)
{
    /// <returns>The hashes with the keys of their fields.</returns>
    public async Task<Outcome<List<(string Field, string Hash)>>> StoreAsync(TaskForm form, IFormCollection posted, Actor actor, CancellationToken cancellationToken)
    {
        var stored = new List<(string Field, string Hash)>();
        foreach (var field in form.Inputs.Where(field => field.Type == "file"))
        {
            foreach (var file in posted.Files.GetFiles($"data.{field.Key}").Where(file => file.Length > 0))
            {
                using var buffer = new MemoryStream();
                await file.CopyToAsync(buffer, cancellationToken);
                var outcome = await files.AddAsync(file.FileName, file.ContentType, buffer.ToArray(), actor, cancellationToken);
                if (outcome.Refusal is { } refusal)
                    return refusal with { Problems = [.. refusal.Problems.Select(problem => problem with { Field = $"data.{field.Key}" })] };
                stored.Add((field.Key, outcome.Value.Sha256));
            }
        }
        return stored;
    }
}
