using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>Declares the shipped attributes in a new database. Attributes that were changed or added stay as they are.</summary>
internal sealed class AttributeCatalogueStep(Database database) : IStartupStep
{
    public int Order => 10;

    public Task RunAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (tx, token) =>
            {
                var known = await tx.Db.CustomerAttributes.Select(row => row.Name).ToListAsync(token);
                tx.Db.AddRange(Shipped().Where(row => !known.Contains(row.Name)));
            },
            cancellationToken);

    private static IEnumerable<AttributeDefinition> Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Audiences/Attributes.json")!;
        return JsonSerializer.Deserialize<List<AttributeBody>>(stream, JsonDefaults.Options)!.Select((body, i) => body.ToDefinition(i));
    }
}

/// <summary>An attribute as files and the API write it.</summary>
public sealed record AttributeBody(string Name, AttributeType Type, string Chinese, string English, bool Sensitive = false, AttributePrinting Printing = AttributePrinting.No)
{
    internal AttributeDefinition ToDefinition(int position) =>
        new() { Name = Name, Type = Type, LabelChinese = Chinese, LabelEnglish = English, IsSensitive = Sensitive, Printing = Printing, Position = position };

    internal static AttributeBody From(AttributeDefinition row) => new(row.Name, row.Type, row.LabelChinese, row.LabelEnglish, row.IsSensitive, row.Printing);
}
