using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Audiences;

/// <summary>Changes to the attribute catalogue. A type never changes: stored values and approved rules rely on it.</summary>
public sealed partial class AttributeDeclarations(Database database, AttributeCatalogue catalogue, AuditChain audit)
{
    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex NamePattern();

    public Task<Outcome<AttributeBody>> DeclareAsync(AttributeBody body, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<Outcome<AttributeBody>>(
            async (tx, token) =>
            {
                if (Check(body) is { Length: > 0 } problems)
                    return Refusal.Invalid(problems);
                var known = await tx.Db.CustomerAttributes.SingleOrDefaultAsync(row => row.Name == body.Name, token);
                if (known is not null && known.Type != body.Type)
                    return Refusal.Conflict("attribute-type", body.Name, known.Type);
                if (known is null)
                    tx.Db.Add(body.ToDefinition(await tx.Db.CustomerAttributes.CountAsync(token)));
                else
                    (known.LabelChinese, known.LabelEnglish, known.IsSensitive, known.Printing, known.Version) = (body.Chinese, body.English, body.Sensitive, body.Printing, known.Version + 1);
                await audit.AppendAsync(tx, Customers.Chain, actor, token, new AuditEntry("attribute-declared", body.Name, body));
                tx.AfterCommit(catalogue.Forget);
                return body;
            },
            cancellationToken);

    private static FieldProblem[] Check(AttributeBody body)
    {
        var problems = new List<FieldProblem>();
        if (!NamePattern().IsMatch(body.Name))
            problems.Add(new FieldProblem("name", "audience.field.attribute-name"));
        if (string.IsNullOrWhiteSpace(body.Chinese))
            problems.Add(new FieldProblem("chinese", "field.required"));
        if (string.IsNullOrWhiteSpace(body.English))
            problems.Add(new FieldProblem("english", "field.required"));
        if (body.Printing == AttributePrinting.Masked && body.Type != AttributeType.Text)
            problems.Add(new FieldProblem("printing", "audience.field.attribute-masked"));
        return [.. problems];
    }
}
