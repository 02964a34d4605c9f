using System.Text.Json;
using Orchestrator.Host.Audiences;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The customer attributes that a rule may name, for the editor's suggestions.</summary>
internal sealed class FeelNames(AttributeCatalogue catalogue)
{
    public async Task<string> JsonAsync(CancellationToken cancellationToken)
    {
        var declared = await catalogue.CurrentAsync(cancellationToken);
        return JsonSerializer.Serialize(declared.ByName.Values.OrderBy(row => row.Position).Select(row => new { name = row.Name, info = Texts.IsChinese ? row.LabelChinese : row.LabelEnglish, detail = row.Type.ToString() }));
    }
}
